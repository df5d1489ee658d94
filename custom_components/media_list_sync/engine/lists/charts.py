"""What charts have in common: they are read whole each time, and the reading tells if they moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import hashlib

from ..model import ListContents, ListItem


def unless_known(
    known: str | None, name: str, items: Iterable[ListItem], left_out: Mapping[str, int]
) -> ListContents | None:
    """Return a chart; None where the same titles stand in the same order as before."""
    items = tuple(items)
    ids = " ".join(f"{item.ids.imdb or ''}/{item.ids.trakt or ''}" for item in items)
    fingerprint = hashlib.sha256(ids.encode()).hexdigest()[:32]
    if fingerprint == known:
        return None
    return ListContents(name, items, left_out, fingerprint)
