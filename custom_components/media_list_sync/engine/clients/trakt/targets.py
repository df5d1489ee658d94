"""What a write is about: a film, a show, a season or an episode, each by one id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from ...model import Ids
from ..shape import Misshapen, Row, child, children

BATCH = 250
"""Items a write, at most. Trakt takes more; the answer to a lost one is easier to find out."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film."""

    section: ClassVar[str] = "movies"
    id: int | str
    source: Literal["trakt", "tmdb", "imdb"] = "trakt"


@dataclass(frozen=True, slots=True)
class Show:
    """A whole show. There are no plays of it: Trakt would take that for all its episodes."""

    section: ClassVar[str] = "shows"
    id: int | str
    source: Literal["trakt", "tmdb", "tvdb", "imdb"] = "trakt"


@dataclass(frozen=True, slots=True)
class Season:
    """A season. There are no plays of it, either."""

    section: ClassVar[str] = "seasons"
    id: int
    source: Literal["trakt", "tvdb"] = "trakt"


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode."""

    section: ClassVar[str] = "episodes"
    id: int
    source: Literal["trakt", "tvdb"] = "trakt"


type Playable = Film | Episode
type Target = Film | Show | Season | Episode

type Key = tuple[str, str, int | str]
"""A section, whose id it is, and the id."""


@dataclass(frozen=True, slots=True)
class Written[T]:
    """What came of a write: how many were done, how many were so before, what Trakt has not.

    By Trakt's own counts, which may be lower than what was sent.
    """

    done: int
    existing: int = 0
    not_found: tuple[T, ...] = ()


def key(target: Target) -> Key:
    """Return by what a target is looked up among such as `keys` knows."""
    return target.section, target.source, target.id


def keys(kind: type[Target], ids: Ids) -> Iterator[Key]:
    """Yield by what a film, show, season or episode is looked up that has these ids."""
    for source in ("trakt", "tmdb", "tvdb", "imdb"):
        value = getattr(ids, source)
        if value is not None:
            yield kind.section, source, value


def body(items: Iterable[tuple[Target, Mapping[str, object]]]) -> dict[str, list[object]]:
    """Return targets, each with what else is to be said of it, as Trakt takes them.

    ValueError for none, and for more than BATCH of them.
    """
    out: dict[str, list[object]] = defaultdict(list)
    for target, extra in items:
        out[target.section].append({"ids": {target.source: target.id}, **extra})
    check_size(sum(map(len, out.values())))
    return dict(out)


def check_size(count: int) -> None:
    """Raise ValueError for a write of nothing, or of more than BATCH items."""
    if not 1 <= count <= BATCH:
        raise ValueError(f"{count} items in one write")


def written[T: Target](
    sent: Iterable[T], done: str, *, existing: str | None = None
) -> Callable[[object], Written[T]]:
    """Return a reader of the answer to a write; `done` and `existing` name its counts."""
    by_row: dict[Key, T] = {key(target): target for target in sent}

    def build(value: object) -> Written[T]:
        if not isinstance(value, dict):
            raise Misshapen("answer is no object")
        return Written(
            done=_sum(child(value, done)),
            existing=0 if existing is None else _sum(child(value, existing)),
            not_found=tuple(_not_found(child(value, "not_found"), by_row)),
        )

    return build


def _sum(counts: Row) -> int:
    return sum(count for count in counts.values() if type(count) is int)


def _not_found[T](missing: Row, by_row: Mapping[Key, T]) -> Iterable[T]:
    """Yield what was sent and is not found: Trakt repeats the rows."""
    for section in ("movies", "shows", "seasons", "episodes"):
        for row in children(missing, section) if missing.get(section) else ():
            ids = child(row, "ids")
            found = [
                by_row[section, source, value]
                for source, value in ids.items()
                if isinstance(value, int | str) and (section, source, value) in by_row
            ]
            if not found:
                raise Misshapen("something is not found that was not sent")
            yield found[0]
