"""What may happen in a person's life with anime: the acts of a history."""

from dataclasses import dataclass
from datetime import timedelta

from simulators.trakt.ratings import Rating

from .meanwhile import Meanwhile
from .titles import AIRING, TITLES
from .troubles import Trouble

EPISODE = timedelta(minutes=24)
LONG_AGO = (2020, 1, 1)


class Act:
    """Something that happens. `is_sync`: services need not have caught up before."""

    __slots__ = ()
    is_sync = False


@dataclass(frozen=True, slots=True)
class Watch(Act):
    """Play some episodes: the next ones there, after leaving some out.

    `again`: from the first one on. `where` may be both, as with a scrobbler. `is_dated`: Trakt is
    told when it was.
    """

    anime: int
    where: tuple[str, ...]
    count: int = 1
    skip: int = 0
    again: bool = False
    is_dated: bool = True

    async def happen(self, life, witness):
        title = TITLES[self.anime]
        seen = life.seen(self.anime)
        played = [seen.plays(where) for where in self.where]
        there = set.intersection(*(life.there(where, self.anime) for where in self.where))
        if self.anime == AIRING:
            there &= set(range(life.aired))
        left = [at for at in range(title.total) if self.again or not all(p[at] for p in played)]
        for at in left[self.skip : self.skip + self.count]:
            if at not in there:
                continue
            life.clock.time += EPISODE
            for where in self.where:
                witness.plays(where, self.anime, at, is_dated=self.is_dated)
                life.play(where, self.anime, at, is_dated=self.is_dated)


@dataclass(frozen=True, slots=True)
class Unmark(Act):
    """Take back that an episode was watched: on Plex, or its last play on Trakt."""

    anime: int
    where: str
    at: int

    async def happen(self, life, witness):
        there = life.there(self.where, self.anime)
        plays = life.seen(self.anime).plays(self.where)
        if played := [at for at, count in enumerate(plays) if count and at in there]:
            at = played[self.at % len(played)]
            witness.acts(self.anime, self.where)
            life.unmark(self.where, self.anime, at)
            if not life.seen(self.anime).plays(self.where)[at]:
                witness.unmarks(self.where, self.anime, at)


@dataclass(frozen=True, slots=True)
class Edit(Act):
    """Change an entry on AniList by hand, or make it."""

    anime: int
    what: str
    by: int = 1

    async def happen(self, life, witness):
        entry = life.entry(self.anime)
        values = _edited(entry, TITLES[self.anime].total, life, self)
        if values is None:
            return
        witness.edits(self.anime, values)
        if entry is None:
            made = life.anilist.add_entry("viewer", self.anime, values.pop("status"), **values)
            assert made.updated_at
        else:
            life.anilist.change_entry("viewer", self.anime, **values)


@dataclass(frozen=True, slots=True)
class Unlist(Act):
    """Delete an entry on AniList."""

    anime: int

    async def happen(self, life, witness):
        if life.entry(self.anime) is not None:
            witness.unlists(self.anime)
            life.anilist.remove_entry("viewer", self.anime)


@dataclass(frozen=True, slots=True)
class Rate(Act):
    """Rate a title on a tracker."""

    anime: int
    where: str
    rating: int

    async def happen(self, life, witness):
        witness.acts(self.anime, self.where)
        if self.where == "plex":
            top = life.title_of(self.anime)
            life.plex.state.views.rated(life.owner, top, self.rating, life.plex.state.now())
            return
        viewer = life.trakt.user("viewer")
        stamp = life.trakt.clock.stamp()
        viewer.ratings[life.on_trakt_as(self.anime)] = Rating(self.rating, stamp)
        sections = ["movies" if TITLES[self.anime].is_film else "shows"]
        viewer.activities.changed(stamp, "rated_at", sections)


@dataclass(frozen=True, slots=True)
class Files(Act):
    """Delete a file on Plex, or get one that was deleted."""

    anime: int
    at: int
    is_lost: bool

    async def happen(self, life, witness):
        places = TITLES[self.anime].places
        if self.is_lost:
            there = sorted(life.there("plex", self.anime))
            if len(there) > 1 or (there and TITLES[self.anime].is_film):
                witness.files(self.anime)
                life.lose_file(self.anime, places[there[self.at % len(there)]])
        else:
            lost = [place for place in places if (self.anime, place) in life.lost]
            if lost:
                witness.files(self.anime)
                life.gain_file(self.anime, lost[self.at % len(lost)])


@dataclass(frozen=True, slots=True)
class Air(Act):
    """The next episode of what is airing; or AniList says that it was the last one."""

    async def happen(self, life, witness):
        witness.acts(AIRING, "air")
        life.air()


@dataclass(frozen=True, slots=True)
class Wait(Act):
    hours: float

    async def happen(self, life, witness):
        life.clock.time += timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Sync(Act):
    where: str
    full: bool = False
    trouble: Trouble | None = None
    meanwhile: Meanwhile | None = None

    is_sync = True

    async def happen(self, life, witness):
        await witness.sync(self.where, self.trouble, self.meanwhile, full=self.full)


@dataclass(frozen=True, slots=True)
class Undo(Act):
    """Take the last sync of a pairing back."""

    where: str

    async def happen(self, life, witness):
        await witness.undo(self.where)


@dataclass(frozen=True, slots=True)
class Rest(Act):
    """Both pairings, until they have nothing to do any more."""

    async def happen(self, life, witness):
        await witness.rest()


def _edited(entry, total, life, edit):
    """Return what an entry says after an edit as AniList's site makes it; None: there is none."""
    known = min(total, life.aired) if edit.anime == AIRING else total
    progress = 0 if entry is None else entry.progress
    status = None if entry is None else entry.status
    match edit.what:
        case "advance" if status != "COMPLETED" and progress < known:
            progress = min(progress + edit.by, known)
            is_begun = status in (None, "PLANNING")
            dates = {"started": LONG_AGO} if entry is None and edit.by > 2 else {}
            return {"status": "CURRENT" if is_begun else status, "progress": progress, **dates}
        case "lower" if progress:
            status = "CURRENT" if status == "COMPLETED" else status
            return {"status": status, "progress": max(progress - edit.by, 0)}
        case "complete" if known == total and status != "COMPLETED":
            repeat = 0 if entry is None else entry.repeat + (status == "REPEATING")
            return {"status": "COMPLETED", "progress": total, "repeat": repeat}
    return _marked(entry, status, edit)


def _marked(entry, status, edit):
    """Return what an entry says after an edit that leaves its progress alone, or begins anew."""
    match edit.what:
        case "repeat" if status == "COMPLETED":
            return {"status": "REPEATING", "progress": 0}
        case "count a repeat" if status == "COMPLETED":
            return {"repeat": entry.repeat + 1}
        case "rate" if entry is not None:
            return {"score": edit.by * 7}
        case "PAUSED" | "DROPPED" | "CURRENT" | "PLANNING" if status not in (None, edit.what):
            return {"status": edit.what}
        case "PLANNING" if entry is None:
            return {"status": "PLANNING"}
        case _:
            return None
