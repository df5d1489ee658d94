"""Saying so where the tables of which anime is which season are missing, or old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from .engine.identity.refreshing import Atlas
from .engine.placement import Origin
from .engine.store.atlas import TableState
from .issues import Issue, issue_book
from .words import async_words

MAPPINGS_MISSING = "mappings_missing"
MAPPINGS_OLD = "mappings_old"

MISSING_AFTER = timedelta(days=2)
"""So long after the first account was added, a table that was never there is worth a repair."""

NAMES = {
    Origin.ANIBRIDGE: "AniBridge",
    Origin.ANIME_LISTS: "Anime-Lists",
    Origin.FRIBB: "Fribb",
}
"""What the tables are called, in every language."""

_HOLDER = "mappings"


async def async_tell_of_tables(hass: HomeAssistant, found: Atlas, entry_ids: Iterable[str]) -> None:
    """Raise what is wrong with the tables that the accounts need, and take away what is not."""
    now = dt_util.utcnow()
    entries = map(hass.config_entries.async_get_entry, entry_ids)
    since = min((entry.created_at for entry in entries if entry), default=now)
    stale = found.old(now)
    missing = [table for table in stale if table.fetched_at is None]
    old = [table for table in stale if table.fetched_at is not None]
    words = await async_words(hass, "table_trouble") if stale else {}
    issues = []
    if missing and now - since > MISSING_AFTER:
        issues.append(_issue(MAPPINGS_MISSING, tables=_named(missing, words)))
    if old:
        oldest = min(table.checked_at or now for table in old)
        date = dt_util.as_local(oldest).date().isoformat()
        issues.append(_issue(MAPPINGS_OLD, tables=_named(old, words), date=date))
    issue_book(hass).tell(_HOLDER, issues)


@callback
def forget_tables(hass: HomeAssistant) -> None:
    """Take everything away: nobody needs the tables any more."""
    issue_book(hass).tell(_HOLDER)


def _issue(key: str, **placeholders: str) -> Issue:
    return Issue(
        key,
        key,
        severity=ir.IssueSeverity.WARNING,
        fixable=True,
        placeholders=placeholders,
    )


def _named(tables: Iterable[TableState], words: Mapping[str, str]) -> str:
    """Return tables by name, each with the reason why there is no newer one."""
    return "\n".join(
        f"- {NAMES[table.origin]}: {words.get(table.error or '', table.error or '')}"
        for table in tables
    )
