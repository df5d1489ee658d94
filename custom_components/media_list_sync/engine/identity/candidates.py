"""Titles that an unmatched anime may be, for a person to choose from; never used by itself.

What one would take first goes wrong: comparing sets of words finds "Attack on Titan" and "Attack
on Titan Season 2" equal, comparing letters finds "Overlord II" and "III" nearly so. So the words
that say which season or part it is are taken out first, and have to agree by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
import re
import unicodedata

from rapidfuzz import fuzz, process

from ..placement import TargetId
from ..watch import Anime, Format

LEAST_SCORE = 70.0
"""Titles that are less alike than this, of 100, are not worth showing."""
_YEARS = 1
"""By how many years a title may be off: premieres at the turn of the year."""
_COUNT_BONUS = 5.0
"""What the right number of episodes adds."""

_ROMAN = {"ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_WORDS = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
_ORDINAL = r"(?P<{0}>\d{{1,2}})(?:st|nd|rd|th)"
_SEASON = (
    re.compile(r"\bseason (?P<n>\d{1,2})\b"),
    re.compile(r"\bs(?P<n>\d{1,2})\b"),
    re.compile(rf"\b{_ORDINAL.format('n')} season\b"),
    re.compile(rf"\b(?P<n>{'|'.join(_WORDS)}) season\b"),
    re.compile(r"第(?P<n>\d{1,2})期"),
)
_PART = (
    re.compile(r"\b(?:part|cour) (?P<n>\d{1,2}|[iv]{1,4})\b"),
    re.compile(rf"\b{_ORDINAL.format('n')} (?:part|cour)\b"),
)
_FINAL = re.compile(r"\b(?:the )?final season\b")
_LAST = re.compile(r"(?<=\S )(?P<n>[2-9]|ii|iii|iv|v|vi|vii|viii|ix)$")
_NO_WORD = re.compile(r"[^\w\s]|_")
_FILMS = frozenset({Format.MOVIE})
_EITHER = frozenset({Format.SPECIAL, Format.OVA, Format.ONA, Format.MUSIC, Format.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Offered:
    """A title of the target: all its names, the year it began, its seasons' lengths if known.

    `years`: those in which any of its seasons began, where that is known.
    """

    target: TargetId
    names: tuple[str, ...]
    year: int | None = None
    years: frozenset[int] = frozenset()
    season_lengths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A title that it may be. `score` is 0 to 100; `has_count`: a season is just as long."""

    offered: Offered
    score: float
    has_count: bool


@dataclass(frozen=True, slots=True)
class _Name:
    """A name without the words that say which season and part it is of, and what those say.

    The words stand in the order of the alphabet: in whichever order names have them, they are alike.
    """

    text: str
    season: int | None
    part: int | None

    def may_be(self, other: _Name) -> bool:
        """Say whether they may be of one season and part.

        A name that says nothing of seasons may be the show's, and so fits all.
        """
        return _may_be(self.season, other.season) and _may_be(self.part, other.part)


class Candidates:
    """The titles that there are, for looking up in them what an anime may be.

    Both methods are work for a thread, some milliseconds of it: with more at once, the event loop
    would wait for its turn again and again.
    """

    def __init__(self) -> None:
        self._offered: list[tuple[Offered, tuple[_Name, ...]]] = []

    def add(self, offered: Iterable[Offered]) -> None:
        """Take up titles; some hundred at a time."""
        self._offered += [(one, tuple(map(_name, one.names))) for one in offered]

    def of(self, anime: Anime, limit: int) -> tuple[Candidate, ...]:
        """Return what an anime may be, the likeliest first. It says nothing about episodes."""
        names = [name for title in anime.titles if (name := _name(title)).text]
        fitting = [
            (name, one)
            for one, theirs in self._offered
            if _fits_format(anime, one) and _fits_year(anime, one)
            for name in theirs
        ]
        texts = [name.text for name, _ in fitting]
        scores: dict[TargetId, tuple[float, Offered]] = {}
        for name in names:
            for _, score, index in process.extract(
                name.text, texts, scorer=fuzz.ratio, score_cutoff=LEAST_SCORE, limit=None
            ):
                other, one = fitting[index]
                best, _ = scores.get(one.target, (0.0, one))
                if name.may_be(other) and score > best:
                    scores[one.target] = (score, one)
        found = [_candidate(anime, one, score) for score, one in scores.values()]
        found.sort(key=lambda one: (-one.score, one.offered.names[:1], one.offered.target))
        return tuple(found[:limit])


def _candidate(anime: Anime, offered: Offered, score: float) -> Candidate:
    has_count = anime.episodes is not None and anime.episodes in offered.season_lengths
    return Candidate(offered, min(score + has_count * _COUNT_BONUS, 100.0), has_count)


def _fits_format(anime: Anime, offered: Offered) -> bool:
    is_film = offered.target.provider.is_film
    if anime.format in _EITHER:
        return not is_film or (anime.episodes or 1) == 1
    return is_film is (anime.format in _FILMS)


def _fits_year(anime: Anime, offered: Offered) -> bool:
    """Compare years. A show goes on for years: it has begun by then, and so has a season of it."""
    year = anime.started.year
    if year is None:
        return True
    if offered.years:
        return any(abs(year - one) <= _YEARS for one in offered.years)
    if offered.year is None:
        return True
    if offered.target.provider.is_film:
        return abs(year - offered.year) <= _YEARS
    return year >= offered.year - _YEARS


def _may_be(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _name(title: str) -> _Name:
    text = unicodedata.normalize("NFKC", title).casefold()
    text = " ".join(_NO_WORD.sub(" ", text).split())
    text, season = _taken(text, _SEASON)
    text, part = _taken(text, _PART)
    final = _FINAL.sub(" ", text)
    if final != text:
        text, season = final, season or -1  # the last one, whichever that is
    text = " ".join(text.split())
    if season is None and (found := _LAST.search(text)):
        season = _number(found["n"])
        text = text[: found.start()].rstrip()
    return _Name(" ".join(sorted(text.split())), season, part)


def _taken(text: str, patterns: Iterable[re.Pattern[str]]) -> tuple[str, int | None]:
    for pattern in patterns:
        if found := pattern.search(text):
            return " ".join(pattern.sub(" ", text).split()), _number(found["n"])
    return text, None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _ROMAN.get(text) or _WORDS.get(text, 1)
