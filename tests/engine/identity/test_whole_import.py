"""The whole of the tables: how much of them is understood, and what comes of it.

How many episodes an anime has is AniList's to say. Here it is as many as a table places with an
end, one for what is a film, and a cour otherwise.
"""

from collections import Counter
from collections.abc import Iterable
import sqlite3

import pytest

from custom_components.media_list_sync.engine.faults import faults
from custom_components.media_list_sync.engine.identity import atlas
from custom_components.media_list_sync.engine.identity.importing import ORIGINS
from custom_components.media_list_sync.engine.identity.numbering import from_tables
from custom_components.media_list_sync.engine.identity.reasons import Reason
from custom_components.media_list_sync.engine.identity.verdict import Placed, decide
from custom_components.media_list_sync.engine.placement import Origin, Provider
from custom_components.media_list_sync.engine.store import atlas as store_atlas
from custom_components.media_list_sync.engine.watch import Airing, Anime

FILMS = (Provider.TMDB_MOVIE, Provider.IMDB_MOVIE)
PLEX = (Provider.TVDB_SHOW, *FILMS)
TRAKT = (Provider.TMDB_SHOW, Provider.TVDB_SHOW, *FILMS)
COUR = 12


@pytest.fixture(scope="module")
def every(whole_database) -> dict[int, atlas.Known]:
    with sqlite3.connect(whole_database) as connection:
        ids = connection.execute("SELECT DISTINCT id FROM atlas WHERE source = 'anilist'")
        found = atlas.load(connection, [id_ for (id_,) in ids])
    connection.close()
    return found


def assumed(known: atlas.Known) -> Anime:
    ends = [segment.source.last or 0 for p in known.placements for segment in p.segments]
    episodes = max(ends, default=0)
    if episodes:
        return Anime(known.anilist, (), episodes=episodes, airing=Airing.FINISHED)
    return Anime(known.anilist, (), airing=Airing.RELEASING, next_episode=COUR + 1)


def placed_by(every: dict[int, atlas.Known], origins: Iterable[Origin]) -> int:
    wanted = set(origins)
    return sum(
        any(
            p.origin in wanted and p.target.provider is not Provider.ANIDB for p in known.placements
        )
        for known in every.values()
    )


def test_each_table_places_as_many_as_it_should(every: dict[int, atlas.Known]) -> None:
    counts = {origin: placed_by(every, [origin]) for origin in ORIGINS}
    together = placed_by(every, Origin)
    assert 4_500 < counts[Origin.ANIBRIDGE] < 5_200
    # Some 750 and 1,080 more if specials without numbers were taken for placements (I2).
    assert 7_300 < counts[Origin.ANIME_LISTS] < 8_300
    assert 6_900 < counts[Origin.FRIBB] < 8_200
    assert 10_000 < together < 11_000


def test_every_placement_is_sound(every: dict[int, atlas.Known]) -> None:
    found = [p for known in every.values() for p in known.placements]
    assert len(found) > 40_000
    assert [p for p in found if faults(p)] == []


def test_hardly_anything_is_left_out_of_a_table(whole: sqlite3.Connection) -> None:
    states = store_atlas.states(whole)
    rows = {str(origin): states[origin].rows for origin in states}
    by_hand = whole.execute(
        "SELECT count(*), sum(segments = '') FROM atlas WHERE origin = 'anibridge'"
    ).fetchone()
    assert all(count > 8_000 for count in rows.values())
    assert by_hand[1] < by_hand[0] / 100


@pytest.mark.parametrize(("tracker", "wanted"), [("plex", PLEX), ("trakt", TRAKT)])
def test_few_of_them_need_a_person(
    every: dict[int, atlas.Known], tracker: str, wanted: tuple[Provider, ...]
) -> None:
    numberings = from_tables(p for known in every.values() for p in known.placements)
    verdicts = {
        id_: decide(assumed(known), known, wanted, numberings) for id_, known in every.items()
    }
    placed = {id_: v for id_, v in verdicts.items() if isinstance(v, Placed)}
    review = Counter(v.reason for v in verdicts.values() if not isinstance(v, Placed))
    by_origin = Counter(verdict.placement.origin for verdict in placed.values())
    assert len(placed) > 8_000
    assert all(by_origin[origin] > 100 for origin in ORIGINS)
    # I3: where tables disagree, that alone holds up next to nothing.
    assert review[Reason.SHIFT] < len(placed) / 50
    assert review[Reason.FAULTY] == 0
