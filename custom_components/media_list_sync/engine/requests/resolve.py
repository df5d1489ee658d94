"""Which film or show each row of a list is: from what is known, else by one search an id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..model import LibraryRow, ListItem, MediaType, TitleKey
from ..store.identities import Identities
from ..store.snapshots import StoredItem
from .plan import ListedTitle

type Lookup = tuple[str, str]
"""An id to search for: its source (imdb, tvdb) and value."""


@dataclass(frozen=True, slots=True)
class Known:
    """All that can be told without asking: earlier answers, and the ids in the library."""

    identities: Identities
    library: Mapping[Lookup, tuple[TitleKey, ...]]

    def find(self, lookup: Lookup) -> tuple[TitleKey, ...] | None:
        """Return what an id leads to; None: it has to be searched for."""
        return self.library.get(lookup) or self.identities.get(*lookup)


def library_index(rows: Iterable[LibraryRow]) -> dict[Lookup, tuple[TitleKey, ...]]:
    """Index a library by the outside ids that its scans found."""
    index: dict[Lookup, tuple[TitleKey, ...]] = {}
    for row in rows:
        if row.imdb:
            index[("imdb", row.imdb)] = (*index.get(("imdb", row.imdb), ()), row.key)
        if row.tvdb and row.key.media_type is MediaType.SHOW:
            lookup = ("tvdb", str(row.tvdb))
            index[lookup] = (*index.get(lookup, ()), row.key)
    return index


def lookups(item: ListItem) -> tuple[Lookup, ...]:
    """Return the ids of a row that can be searched for, the best one first."""
    ids = item.ids
    found: list[Lookup] = []
    if ids.imdb is not None:
        found.append(("imdb", ids.imdb))
    if ids.tvdb is not None and item.media_type is MediaType.SHOW:
        found.append(("tvdb", str(ids.tvdb)))
    return tuple(found)


def resolve(stored: StoredItem, known: Known) -> tuple[ListedTitle, Lookup | None]:
    """Return what a row is, or the next id that has to be searched for.

    A row with a TMDB number needs no search. An id that leads to a film and a show is settled by
    what the list says of the row; where that leaves several, a person has to choose.
    """
    item = stored.item
    if item.ids.tmdb is not None:
        return _is(stored, TitleKey(item.media_type, item.ids.tmdb)), None
    candidates: tuple[TitleKey, ...] = ()
    for lookup in lookups(item):
        found = known.find(lookup)
        if found is None:
            return ListedTitle(item, None, unresolved=True), lookup
        if len(found) > 1:
            found = tuple(k for k in found if k.media_type is item.media_type) or found
        if len(found) == 1:
            return _is(stored, found[0]), None
        candidates = candidates or found
    return ListedTitle(item, None, candidates=len(candidates)), None


def _is(stored: StoredItem, key: TitleKey) -> ListedTitle:
    return ListedTitle(stored.item, key, returned_at=stored.returned_at)
