"""What runs in an interpreter of its own (see `elsewhere`): pickled work in, a pickled result out."""

from __future__ import annotations

import pickle


def carry_out(errand: bytes) -> bytes:
    """Call a pickled function with its arguments; return its result, or else its error."""
    function, args, kwargs = pickle.loads(errand)  # noqa: S301  (made by ourselves, just now)
    try:
        return pickle.dumps((function(*args, **kwargs), None))
    except BaseException as error:  # noqa: BLE001  (raised again by whoever sent the errand)
        return pickle.dumps((None, error))
