"""Short ways to write down what tests of identity are about."""

from datetime import date

from custom_components.media_list_sync.engine.identity.atlas import Known
from custom_components.media_list_sync.engine.placement import Origin, Placement, Provider, TargetId
from custom_components.media_list_sync.engine.segments import from_text
from custom_components.media_list_sync.engine.watch import Airing, Anime, Format, FuzzyDate

TVDB = TargetId(Provider.TVDB_SHOW, "100")
TMDB = TargetId(Provider.TMDB_SHOW, "200")
FILM_TMDB = TargetId(Provider.TMDB_MOVIE, "300")
FILM_IMDB = TargetId(Provider.IMDB_MOVIE, "tt0000400")


def placed(
    segments: str, target: TargetId = TVDB, origin: Origin = Origin.ANIBRIDGE, anilist: int = 1
) -> Placement:
    return Placement(anilist, target, from_text(segments), origin)


def known(*placements: Placement, titles: tuple[TargetId, ...] = ()) -> Known:
    return Known(1, placements, titles)


def anime(
    episodes: int | None = 12,
    *,
    id: int = 1,
    titles: tuple[str, ...] = ("A Show",),
    airing: Airing = Airing.FINISHED,
    next_episode: int | None = None,
    kind: Format = Format.TV,
    started: date | None = None,
    ended: date | None = None,
) -> Anime:
    return Anime(
        id=id,
        titles=titles,
        format=kind,
        airing=airing,
        episodes=episodes,
        next_episode=next_episode,
        started=fuzzy(started),
        ended=fuzzy(ended),
    )


def fuzzy(day: date | None) -> FuzzyDate:
    return FuzzyDate() if day is None else FuzzyDate(day.year, day.month, day.day)
