"""Keeping a world over a restart: what was requested stays requested, who signed in stays so."""

from __future__ import annotations

import hashlib
from itertools import count
from pathlib import Path
import pickle
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .world import World

_NO_STATE = (
    *(OSError, EOFError, pickle.UnpicklingError),
    *(AttributeError, ImportError, ValueError, TypeError),
)
"""What comes of a file that is not there, of one that is cut short, and of old names in one."""


def save(world: World, file: Path) -> None:
    """Write the state of all services, whole or not at all."""
    world.seerr.core.settle()
    state = (
        _stamp(),
        world.seerr.core,
        world.imdb.lists,
        world.trakt.state,
        world.watching.anilist.kept,
        world.watching.plex.state,
    )
    draft = file.with_suffix(".new")
    with draft.open("wb") as stream:
        _Pickler(stream).dump(state)
    draft.replace(file)


def restore(world: World, file: Path) -> bool:
    """Give services that do not run yet the state that was saved; False where there is none.

    The file is used up: after an end at which nothing could be saved there is none either. State
    that other sources of the simulators wrote is none.
    """
    try:
        raw = file.read_bytes()
        file.unlink()
        # Our own file, in the demo's own folder.
        stamp, core, lists, trakt, anilist, plex = pickle.loads(raw)  # noqa: S301
    except _NO_STATE:
        return False
    if stamp != _stamp():
        return False
    world.seerr.core = core
    world.imdb.lists = lists
    world.trakt.state = trakt
    world.trakt.clock = trakt.clock
    world.watching.anilist.go_on(anilist)
    world.watching.plex.go_on(plex)
    return True


class _Pickler(pickle.Pickler):
    """Pickles counters too, which Python has stopped to do by itself."""

    def reducer_override(self, obj: Any) -> Any:
        """Take a counter apart by what it shows of itself: `count(7)`."""
        if isinstance(obj, count):
            return count, (int(repr(obj).removeprefix("count(").removesuffix(")")),)
        return NotImplemented


def _stamp() -> str:
    """Return what changes with the simulators' sources."""
    here = Path(__file__).parent
    sources = sorted(here.rglob("*.py"))
    whole = b"\0".join(source.read_bytes() for source in sources)
    return hashlib.sha256(whole).hexdigest()
