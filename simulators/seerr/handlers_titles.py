"""Titles as TMDB has them, with what the server knows of them: searches and details."""

from __future__ import annotations

from contextlib import suppress
import re

from ..catalog import CatalogTitle
from . import rows_json, tmdb_json
from .answers import Answer, RefusedError
from .core import Core
from .endpoints import LANGUAGE, Call, Endpoint, numbered
from .flavour import Flavour
from .schema import NUMBER, TEXT
from .tmdb import Person, TmdbError
from .tmdb_json import Json

_TMDB = re.compile(r"(?<=tmdb:)\d+")
_IMDB = re.compile(r"(?<=imdb:)(?:tt|nm)\d+")
_TVDB = re.compile(r"(?<=tvdb:)\d+")
_YEAR = re.compile(r"(?<=year:)\d{4}")
_YEAR_WORD = re.compile(r"year:\d{4}")


def endpoints(flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints."""
    season = "seasonNumber" if flavour.merged else "seasonId"
    search_query = {"query": TEXT, "page": NUMBER, **LANGUAGE}
    return [
        Endpoint("GET", "/search", search, query=search_query, required=("query",)),
        Endpoint("GET", "/movie/{movieId}", film, params=numbered("movieId"), query=LANGUAGE),
        Endpoint("GET", "/tv/{tvId}", show, params=numbered("tvId"), query=LANGUAGE),
        Endpoint(
            "GET",
            f"/tv/{{tvId}}/season/{{{season}}}",
            show_season,
            params=numbered("tvId", season),
            query=LANGUAGE,
        ),
    ]


async def search(core: Core, call: Call) -> Answer:
    """Search by id (`tmdb:`, `imdb:`, `tvdb:`), by words with a `year:`, or by words."""
    words: str = call.query["query"]
    try:
        return Answer(_search(core, words.lower(), int(call.query.get("page") or 1)))
    except TmdbError as error:
        raise RefusedError(500, "Unable to retrieve search results.") from error


async def film(core: Core, call: Call) -> Answer:
    """Return a film's details."""
    return _details(core, call.params["movieId"], is_show=False)


async def show(core: Core, call: Call) -> Answer:
    """Return a show's details with its seasons."""
    return _details(core, call.params["tvId"], is_show=True)


async def show_season(core: Core, call: Call) -> Answer:
    """Return a season with its episodes."""
    number = call.params["seasonNumber" if core.flavour.merged else "seasonId"]
    try:
        title, season = core.tmdb.season(call.params["tvId"], number)
    except TmdbError as error:
        raise RefusedError(500, "Unable to retrieve season.") from error
    return Answer(tmdb_json.season_details(title, season, core.flavour))


def _details(core: Core, tmdb: float, *, is_show: bool) -> Answer:
    """TMDB down and a title unknown are the same answer: 500."""
    try:
        title = core.tmdb.title(is_show, tmdb)
    except TmdbError as error:
        kind = "series" if is_show else "movie"
        raise RefusedError(500, f"Unable to retrieve {kind}.") from error
    shown = tmdb_json.details(title, core.flavour, core.looks)
    row = core.tables.find_media(is_show, title.tmdb)
    if row is not None:
        shown["mediaInfo"] = rows_json.media_info(core, row)
    return Answer(shown)


def _search(core: Core, words: str, page: int) -> Json:
    if found := _TMDB.search(words):
        return _results(core, *_by_tmdb(core, int(found[0])))
    for source, pattern in (("imdb", _IMDB), ("tvdb", _TVDB)):
        if found := pattern.search(words):
            hits = core.tmdb.find(source, found[0])
            return _results(core, list(hits.titles), list(hits.persons))
    if found := _YEAR.search(words):
        return _results(core, _by_year(core, _YEAR_WORD.sub("", words), int(found[0])), [])
    try:
        hits_page = core.tmdb.search(words, page)
    except TmdbError:
        return _results(core, [], [])  # the servers hide that TMDB is down
    shown = _results(core, list(hits_page.titles), [])
    return shown | {
        "page": page,
        "totalPages": hits_page.pages,
        "totalResults": hits_page.results,
    }


def _by_tmdb(core: Core, tmdb: int) -> tuple[list[CatalogTitle], list[Person]]:
    """Ask for film, show and person of a number, and keep what answers."""
    titles: list[CatalogTitle] = []
    persons: list[Person] = []
    for is_show in (False, True):
        try:
            titles.append(core.tmdb.title(is_show, tmdb))
        except TmdbError:
            continue
    with suppress(TmdbError):
        persons.append(core.tmdb.person(tmdb))
    return titles, persons


def _by_year(core: Core, words: str, year: int) -> list[CatalogTitle]:
    titles: list[CatalogTitle] = []
    for is_show in (False, True):
        try:
            titles.extend(core.tmdb.search_year(words, year, is_show=is_show))
        except TmdbError:
            continue
    return titles


def _results(core: Core, titles: list[CatalogTitle], persons: list[Person]) -> Json:
    results = [_result(core, title) for title in titles]
    for someone in persons:
        films = [core.tmdb.known(False, number) for number in someone.known_for]
        known_for = [tmdb_json.result(film, core.looks) for film in films if film is not None]
        results.append(tmdb_json.person(someone, known_for))
    return {"page": 1, "totalPages": 1, "totalResults": len(results), "results": results}


def _result(core: Core, title: CatalogTitle) -> Json:
    shown = tmdb_json.result(title, core.looks)
    row = core.tables.find_media(title.is_show, title.tmdb)
    if row is not None:
        shown["mediaInfo"] = rows_json.search_info(core, row)
    return shown
