"""What the servers make of TMDB's answers: search results, details, seasons.

The catalogue has no genres, votes or artwork; plausible ones are derived from the TMDB id, the same
each time. `Looks` overrides them for the titles whose genre or rating a test is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from ..catalog import CatalogTitle, Season
from .flavour import Flavour
from .tmdb import Person

type Json = dict[str, Any]
type Looks = Mapping[tuple[bool, int], Mapping[str, Any]]
"""(is_show, TMDB id) → fields of the answers, such as `voteAverage` or `genres`."""

FILM_GENRES = ({"id": 18, "name": "Drama"}, {"id": 80, "name": "Crime"})
SHOW_GENRES = ({"id": 18, "name": "Drama"},)
NOBODY = {"gender": 2, "profilePath": None}


def result(title: CatalogTitle, looks: Looks) -> Json:
    """Return a title as a search lists it, without its `mediaInfo`."""
    shown = _show_result(title) if title.is_show else _film_result(title)
    return _looking(shown, title, looks)


def person(someone: Person, known_for: list[Json]) -> Json:
    """Return a person as a search lists them."""
    return {
        "id": someone.tmdb,
        "name": someone.name,
        "popularity": 30,
        "adult": False,
        "mediaType": "person",
        "profilePath": f"/p{someone.tmdb}.jpg",
        "knownFor": known_for,
    }


def details(title: CatalogTitle, flavour: Flavour, looks: Looks) -> Json:
    """Return a title's details, without its `mediaInfo`."""
    shown = _show_details(title) if title.is_show else _film_details(title)
    if flavour.merged:
        shown["onUserWatchlist"] = False
    return _looking(shown, title, looks)


def season_details(show: CatalogTitle, season: Season, flavour: Flavour) -> Json:
    """Return a season with its episodes, one a week."""
    first = date.fromisoformat(season.air_date) if season.air_date else None
    episodes: list[Json] = []
    for number in season.numbers:
        episode: Json = {
            "id": (show.tmdb * 100 + season.number) * 100 + number,
            "airDate": (first + timedelta(weeks=number - season.first)).isoformat()
            if first
            else None,
            "episodeNumber": number,
            "name": f"Episode {number}",
            "overview": "",
            "productionCode": "",
            "seasonNumber": season.number,
            "showId": show.tmdb,
            "voteAverage": 7,
            "stillPath": None,
        }
        if flavour.merged:
            episode["voteCount"] = 10
        episodes.append(episode)
    return {
        "airDate": season.air_date,
        "episodes": episodes,
        "externalIds": {"tvdbId": (show.tvdb or 0) * 10 + season.number},
        "id": show.tmdb * 100 + season.number,
        "name": _season_name(season.number),
        "overview": "",
        "seasonNumber": season.number,
        "posterPath": f"/s{show.tmdb}_{season.number}.jpg",
    }


def _looking(shown: Json, title: CatalogTitle, looks: Looks) -> Json:
    for field, value in looks.get((title.is_show, title.tmdb), {}).items():
        if field in shown:
            shown[field] = value
        if field == "genres" and "genreIds" in shown:
            shown["genreIds"] = [genre["id"] for genre in value]
    return shown


def _common(title: CatalogTitle) -> Json:
    return {
        "id": title.tmdb,
        "originalLanguage": "en",
        "overview": f"Overview of {title.title}.",
        "popularity": title.tmdb % 1000 / 10,
        "voteAverage": 5 + title.tmdb % 40 / 10,
        "voteCount": 100 + title.tmdb % 1000,
        "backdropPath": f"/b{title.tmdb}.jpg",
        "posterPath": f"/p{title.tmdb}.jpg",
    }


def _film_common(title: CatalogTitle) -> Json:
    return _common(title) | {
        "adult": False,
        "originalTitle": title.title,
        "releaseDate": _day(title),
        "title": title.title,
        "video": False,
    }


def _show_common(title: CatalogTitle) -> Json:
    return _common(title) | {
        "firstAirDate": _first_day(title),
        "name": title.title,
        "originCountry": ["US"],
        "originalName": title.title,
    }


def _film_result(title: CatalogTitle) -> Json:
    genres = [genre["id"] for genre in FILM_GENRES]
    return _film_common(title) | {"mediaType": "movie", "genreIds": genres}


def _show_result(title: CatalogTitle) -> Json:
    genres = [genre["id"] for genre in SHOW_GENRES]
    return _show_common(title) | {"mediaType": "tv", "genreIds": genres}


def _film_details(title: CatalogTitle) -> Json:
    day = _day(title)
    return _film_common(title) | {
        "budget": 1_000_000,
        "genres": [*FILM_GENRES],
        "relatedVideos": [],
        "productionCompanies": [
            {"id": 1, "name": "A Company", "originCountry": "US", "logoPath": None}
        ],
        "productionCountries": [{"iso_3166_1": "US", "name": "United States of America"}],
        "releases": {"results": [{"iso_3166_1": "US", "release_dates": [_release(day)]}]},
        "revenue": 2_000_000,
        "spokenLanguages": [{"english_name": "English", "iso_639_1": "en", "name": "English"}],
        "status": "Released" if day else "Planned",
        "homepage": "",
        "imdbId": title.imdb,
        "runtime": 90 + title.tmdb % 60,
        "tagline": "",
        "credits": {
            "cast": [
                {"castId": 1, "character": "Lead", "creditId": "c1", "id": 1, "order": 0}
                | {"name": "An Actor"}
                | NOBODY
            ],
            "crew": [
                {"creditId": "c2", "department": "Directing", "id": 2, "job": "Director"}
                | {"name": "A Director"}
                | NOBODY
            ],
        },
        "externalIds": _external_ids(title),
        "watchProviders": [],
        "keywords": [{"id": 1, "name": "keyword"}],
    }


def _show_details(title: CatalogTitle) -> Json:
    regular = [season for season in title.seasons if season.number > 0]
    return _show_common(title) | {
        "createdBy": [],
        "episodeRunTime": [50],
        "genres": [*SHOW_GENRES],
        "relatedVideos": [],
        "homepage": "",
        "inProduction": title.returning,
        "languages": ["en"],
        "lastAirDate": regular[-1].air_date if regular else _first_day(title),
        "networks": [{"id": 1, "name": "A Network", "originCountry": "US", "logoPath": None}],
        "numberOfEpisodes": sum(season.episodes for season in regular),
        "numberOfSeasons": len(regular),
        "tagline": "",
        "productionCompanies": [],
        "productionCountries": [{"iso_3166_1": "US", "name": "United States of America"}],
        "contentRatings": {"results": [{"descriptors": [], "iso_3166_1": "US", "rating": "TV-MA"}]},
        "spokenLanguages": [{"englishName": "English", "iso_639_1": "en", "name": "English"}],
        "seasons": [
            {
                "airDate": season.air_date,
                "episodeCount": season.episodes,
                "id": title.tmdb * 100 + season.number,
                "name": _season_name(season.number),
                "overview": "",
                "seasonNumber": season.number,
                "posterPath": f"/s{title.tmdb}_{season.number}.jpg",
            }
            for season in title.seasons
        ],
        "status": "Returning Series" if title.returning else "Ended",
        "type": "Scripted",
        "credits": {"cast": [], "crew": []},
        "externalIds": _external_ids(title) | {"tvdbId": title.tvdb, "tvrageId": None},
        "keywords": [],
        "watchProviders": [],
    }


def _external_ids(title: CatalogTitle) -> Json:
    return {
        "facebookId": None,
        "freebaseId": None,
        "freebaseMid": None,
        "imdbId": title.imdb,
        "instagramId": None,
        "twitterId": None,
    }


def _release(day: str) -> Json:
    return {
        "certification": "R",
        "descriptors": [],
        "iso_639_1": "",
        "note": "",
        "release_date": f"{day or '2030-01-01'}T00:00:00.000Z",
        "type": 3,
    }


def _season_name(number: int) -> str:
    return f"Season {number}" if number else "Specials"


def _day(title: CatalogTitle) -> str:
    """Return some day of the title's year; empty, as TMDB has it, where the year is unknown."""
    if title.year is None:
        return ""
    return date(title.year, 1 + title.tmdb % 12, 1 + title.tmdb % 28).isoformat()


def _first_day(title: CatalogTitle) -> str:
    first = next((s.air_date for s in title.seasons if s.number > 0 and s.air_date), None)
    return first or _day(title)
