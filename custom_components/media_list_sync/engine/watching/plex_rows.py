"""Rows of a Plex library as they are put on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..clients.plex import PlexEpisode, PlexMovie, PlexSection, PlexShow
from ..placement import FILM, Spot
from ..store.tracked_rows import EpisodeRow, UnitRow
from .numbering import film_targets, numbered_by, show_targets


def section_id(section: PlexSection) -> str:
    """Return what a library is known by: its uuid, which never changes, else its number."""
    return section.uuid or section.key


def show_unit(show: PlexShow, section: PlexSection, default: str | None) -> UnitRow:
    """Return a show; `default` is the ordering of its library, None where that is not known."""
    return UnitRow(
        key=show.key,
        section=section_id(section),
        title=show.title,
        ids=show_targets(show.ids),
        numbered_by=numbered_by(show.ids, show.ordering, default),
        rating=_rating(show.user_rating),
        twin=show.ids.plex or "",
        year=show.year,
    )


def film_unit(film: PlexMovie, section: PlexSection) -> UnitRow:
    """Return a film."""
    return UnitRow(
        key=film.key,
        section=section_id(section),
        title=film.title,
        ids=film_targets(film.ids),
        rating=_rating(film.user_rating),
        twin=film.ids.plex or "",
        year=film.year,
    )


def episode_rows(rows: Sequence[PlexEpisode]) -> Iterator[EpisodeRow]:
    """Yield what is on record of episodes; one that has only a date cannot be placed."""
    for row in rows:
        if row.season is not None and row.number is not None:
            yield EpisodeRow(
                unit=row.show,
                spot=Spot(row.season, row.number),
                item=row.key,
                season_item=row.season_key or "",
                watched_at=(row.last_viewed_at or 0) if row.view_count else None,
                plays=row.view_count,
                aired=row.aired,
            )


def film_row(film: PlexMovie) -> EpisodeRow:
    """Return the one spot of a film."""
    return EpisodeRow(
        unit=film.key,
        spot=FILM,
        item=film.key,
        watched_at=(film.last_viewed_at or 0) if film.view_count else None,
        plays=film.view_count,
    )


def _rating(value: float | None) -> int | None:
    return None if value is None else round(value)
