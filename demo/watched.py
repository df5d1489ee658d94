"""Whether what was watched came out as it must: the services' own records, episode by episode."""

from __future__ import annotations

from dataclasses import dataclass
import json
from typing import TYPE_CHECKING, Any

from simulators.anime import expected, followed
from simulators.state import on_plex, spot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulators.anime import Spot

    from .lists import Lists
    from .telling import Plans

type State = Mapping[str, Any]
type Spots = Mapping[str, frozenset[str]]
"""Episodes, by the title of a show or film."""

type Listed = Mapping[int, tuple[str, int]]
"""Status and progress on AniList, by the number of the anime."""

ONE_MORE = {"anime": 154587, "progress": 21}
"""Frieren: what is watched on AniList after the first sync."""
PLAYED = {"title": "JUJUTSU KAISEN", "season": 1, "episode": 39}
"""What is played on Plex after the first sync. On AniList it is taken back again."""
PLAYED_ANIME = 145064
MARKED = {"title": "Hunter x Hunter", "season": 2, "episode": 15}
"""What is marked there by hand. It stays on AniList, and goes on to Trakt."""
MARKED_ANIME = 11061
UNMARKED = {"title": "Toradora!", "season": 1, "episode": 2}
"""What is marked as unwatched on Plex after the first sync."""

_MORE = {
    "plex": {
        "Anime: Frieren: Beyond Journey's End": frozenset({"S1E21"}),
        "Anime: JUJUTSU KAISEN": frozenset({"S1E39"}),
        "Anime by TVDB: Hunter x Hunter": frozenset({"S2E15"}),
    },
    "trakt": {
        "show Frieren: Beyond Journey's End": frozenset({"S1E21"}),
        "show Hunter x Hunter": frozenset({"S2E73"}),
    },
}
_UNMARKED = {"plex": {"Anime: Toradora!": frozenset({"S1E2"})}, "trakt": {}}
_LISTED: Listed = {154587: ("CURRENT", 21), MARKED_ANIME: ("CURRENT", 73)}


@dataclass(frozen=True, slots=True)
class Seen:
    """A show or film on a tracker: what has to be watched, and how often what was."""

    tracker: str
    title: str
    wanted: frozenset[str]
    counts: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """Return what should be watched."""
        return sorted(self.wanted - self.counts.keys())

    @property
    def not_wanted(self) -> list[str]:
        """Return what should not be watched."""
        return sorted(self.counts.keys() - self.wanted)

    @property
    def twice(self) -> list[str]:
        """Return what was marked more than once."""
        return sorted(name for name, count in self.counts.items() if count > 1)

    @property
    def wrong(self) -> str:
        """Return what is wrong; nothing where all is well."""
        parts = (
            ("missing", self.missing),
            ("not expected", self.not_wanted),
            ("more than once", self.twice),
        )
        return "; ".join(f"{words}: {', '.join(names)}" for words, names in parts if names)


def example() -> str:
    """Return what a person may want to tell the simulated Plex that was played."""
    return json.dumps(PLAYED)


def after_first_sync(state: State) -> list[Seen]:
    """Hold what is watched against what the world says of the list."""
    return _seen(state, _first_sync())


def after_more(state: State) -> list[Seen]:
    """Hold it against that, after more was watched on both sides, and something unmarked."""
    wanted = {
        tracker: {
            title: (spots | _MORE[tracker].get(title, frozenset()))
            - _UNMARKED[tracker].get(title, frozenset())
            for title, spots in of_tracker.items()
        }
        for tracker, of_tracker in _first_sync().items()
    }
    return _seen(state, wanted)


def listed_after_first_sync() -> Listed:
    """Return what AniList has to say after the first syncs."""
    return {number: (entry.status, entry.progress) for number, entry in followed.listed().items()}


def listed_after_more() -> Listed:
    """Return what it has to say after more was watched on both sides."""
    return {**listed_after_first_sync(), **_LISTED}


def wrong_on_anilist(state: State, wanted: Listed) -> Iterator[str]:
    """Yield what is wrong with the list on AniList."""
    found = {int(key): (one["status"], one["progress"]) for key, one in state["listed"].items()}
    for number in sorted(wanted.keys() | found.keys()):
        if found.get(number) != wanted.get(number):
            yield f"AniList says {found.get(number)} of {number}, not {wanted.get(number)}"


def wrong_with(seen: Iterable[Seen]) -> Iterator[str]:
    """Yield what is wrong."""
    for one in seen:
        if one.wrong:
            yield f"{one.tracker}, {one.title}: {one.wrong}"


def of_pairings(state: State, lists: Lists, plans: Plans) -> Iterator[str]:
    """Yield what is wrong with what the pairings say, and with what is for review."""
    reviews = (expected.review_on_plex(), expected.review_on_trakt())
    for pairing, wanted in zip(lists.pairings, reviews, strict=True):
        if pairing.status != "completed":
            yield f"{pairing.title} is {pairing.status}"
        if pairing.count("to_review") != len(wanted):
            yield f"{pairing.title} shows {pairing.count('to_review')} for review"
        plan = plans[pairing.id]["plan"]
        found = {one["anilist_id"]: one["reason"] for one in plan if one["outcome"] == "review"}
        for anime in sorted(wanted.keys() | found.keys()):
            if found.get(anime) != wanted.get(anime):
                yield (
                    f"{pairing.title} has {anime} for review because of {found.get(anime)}, "
                    f"not of {wanted.get(anime)}"
                )
        yield from (
            f"{pairing.title} would mark {one['title']} once more"
            for one in plan
            if one["outcome"] == "update"
        )
    dropped = {f"show {title}" for title in state["dropped"]}
    if dropped != expected.dropped():
        yield f"on Trakt {dropped} are dropped, not {set(expected.dropped())}"


def _first_sync() -> dict[str, Spots]:
    return {
        "plex": {on_plex(*where): _names(spots) for where, spots in expected.on_plex().items()},
        "trakt": {
            title: _names(spots) for title, spots in expected.on_trakt(followed.listed()).items()
        },
    }


def _names(spots: Iterable[Spot]) -> frozenset[str]:
    return frozenset(spot(*one) for one in spots)


def _seen(state: State, wanted: Mapping[str, Spots]) -> list[Seen]:
    return [
        Seen(tracker, title, of_tracker.get(title, frozenset()), watched.get(title, {}))
        for tracker, of_tracker in wanted.items()
        if (watched := state["watched"][tracker]) is not None
        for title in sorted(of_tracker.keys() | watched.keys())
    ]
