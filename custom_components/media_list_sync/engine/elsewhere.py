"""Work in an interpreter of its own, beside the event loop's.

Such an interpreter has its own lock and its own garbage collector: a plan over ten thousand titles
neither takes turns with the event loop, nor makes the collector walk through all of Home
Assistant (which takes 150 ms and more).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent import interpreters
from contextlib import closing
import logging
from pathlib import Path
import pickle

from .errand import carry_out
from .store.database import Store

_LOGGER = logging.getLogger(__name__)

_PACKAGE = __package__.rpartition(".")[0]
_FOLDER = Path(__file__).parent.parent

# Importing the engine in the usual way would import the packages above it, and with them Home
# Assistant, which cannot live in such an interpreter. Empty packages stand in for them, and for
# the store's, which would bring asyncio along: several MB for nothing.
_PREPARE = """
import sys, types
for name, folder in packages:
    module = types.ModuleType(name)
    module.__path__ = [folder]
    sys.modules[name] = module
"""


async def run_elsewhere[**P, T](
    function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a function in a new interpreter and return what it returns; its errors are raised here.

    The interpreter takes a quarter of a second and 12 MB, and is given back with all that was made
    in it: kept for the next call, its memory would only grow. Where none can be made, a thread
    does the work. What is called may use the engine's modules as far as those use nothing but the
    standard library; arguments and results are pickled. It cannot be broken off: a caller that is
    cancelled leaves it to its end.
    """
    return await asyncio.to_thread(_elsewhere, function, *args, **kwargs)


async def plan_beside[G, T](
    store: Store, function: Callable[[str, G], T], given: G, *, is_long: bool
) -> T:
    """Call a function with the path of the store's file, which it may use until it is done.

    One that takes long gets an interpreter of its own, another a thread.
    """
    async with store.beside() as path:
        work = asyncio.ensure_future(
            run_elsewhere(function, str(path), given)
            if is_long
            else asyncio.to_thread(function, str(path), given)
        )
        try:
            return await asyncio.shield(work)
        finally:
            # It cannot be broken off; until its end the file is lent.
            await asyncio.wait({work})


def _elsewhere[**P, T](function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """In a worker thread: make the interpreter, have the work done, and give it back.

    `InterpreterPoolExecutor` does the same with 3 MB more: it loads itself in there, with logging
    and all the rest that it needs.
    """
    try:
        with closing(interpreters.create()) as interpreter:
            interpreter.prepare_main(packages=_packages())
            interpreter.exec(_PREPARE)
            answer = interpreter.call(carry_out, pickle.dumps((function, args, kwargs)))
    except interpreters.InterpreterError:
        _LOGGER.debug("No interpreter to be had; a thread does it", exc_info=True)
        return function(*args, **kwargs)
    result: T
    result, error = pickle.loads(answer)  # noqa: S301  (made by ourselves, just now)
    if error is not None:
        raise error
    return result


def _packages() -> tuple[tuple[str, str], ...]:
    """Return the packages that stand in for ours, with their folders."""
    packages = [(f"{_PACKAGE}.engine.store", str(_FOLDER / "engine" / "store"))]
    folder, name = _FOLDER, _PACKAGE
    while name:
        packages.append((name, str(folder)))
        folder, name = folder.parent, name.rpartition(".")[0]
    return tuple(packages)
