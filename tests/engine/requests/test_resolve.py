"""Which title a row of a list is."""

import pytest

from custom_components.media_list_sync.engine.model import (
    Ids,
    LibraryRow,
    ListItem,
    MediaStatus,
    MediaType,
    TitleKey,
)
from custom_components.media_list_sync.engine.requests.resolve import Known, library_index, resolve
from custom_components.media_list_sync.engine.store.identities import Identities
from custom_components.media_list_sync.engine.store.snapshots import StoredItem

FILM = TitleKey(MediaType.MOVIE, 1)
SHOW = TitleKey(MediaType.SHOW, 1)
OTHER = TitleKey(MediaType.MOVIE, 2)


def look(ids, media_type=MediaType.MOVIE, identities=None, library=()):
    stored = StoredItem(ListItem(media_type, ids, "A title"), None)
    known: dict[str, dict[str, str]] = {}
    for (source, value), keys in (identities or {}).items():
        found = " ".join(f"{key.media_type}:{key.tmdb}" for key in keys)
        known.setdefault(source, {})[value] = found
    return resolve(stored, Known(Identities(known), library_index(library)))


def test_a_tmdb_number_needs_no_search():
    assert look(Ids(tmdb=1), MediaType.SHOW)[0].key == SHOW


def test_an_unknown_id_has_to_be_searched_for():
    listed, lookup = look(Ids(imdb="tt1"))
    assert (listed.unresolved, lookup) == (True, ("imdb", "tt1"))


def test_the_library_knows_without_a_search():
    row = LibraryRow(FILM, MediaStatus.AVAILABLE, MediaStatus.UNKNOWN, imdb="tt1")
    assert look(Ids(imdb="tt1"), library=[row])[0].key == FILM


@pytest.mark.parametrize(("kind", "key"), [(MediaType.MOVIE, FILM), (MediaType.SHOW, SHOW)])
def test_an_id_of_a_film_and_a_show_is_settled_by_the_list(kind, key):
    found = {("imdb", "tt1"): (FILM, SHOW)}
    assert look(Ids(imdb="tt1"), kind, found)[0].key == key


def test_an_id_of_two_films_needs_a_person():
    listed, lookup = look(Ids(imdb="tt1"), identities={("imdb", "tt1"): (FILM, OTHER)})
    assert (listed.key, listed.candidates, lookup) == (None, 2, None)


def test_the_only_answer_counts_even_if_the_list_calls_it_otherwise():
    """IMDb's TV specials are films to TMDB."""
    assert look(Ids(imdb="tt1"), MediaType.SHOW, {("imdb", "tt1"): (FILM,)})[0].key == FILM


def test_nothing_found_is_told():
    listed, lookup = look(Ids(imdb="tt1"), identities={("imdb", "tt1"): ()})
    assert (listed.key, listed.candidates, listed.unresolved, lookup) == (None, 0, False, None)


def test_a_show_has_a_second_chance_by_its_tvdb_id():
    listed, lookup = look(Ids(imdb="tt1", tvdb=9), MediaType.SHOW, identities={("imdb", "tt1"): ()})
    assert (listed.unresolved, lookup) == (True, ("tvdb", "9"))
