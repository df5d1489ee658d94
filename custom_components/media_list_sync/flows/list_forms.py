"""The forms in which a list is named."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.helpers.selector import (
    FileSelector,
    FileSelectorConfig,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
import voluptuous as vol

from ..const import CONF_TRAKT_ACCOUNT
from .list_reading import charts

CONF_ADDRESS = "address"
CONF_CHART = "chart"
CONF_FILE = "file"
CONF_PATH = "path"

EXAMPLES = {
    "imdb_example": "https://www.imdb.com/list/ls012345678/",
    "trakt_example": "https://app.trakt.tv/users/name/lists/name-of-the-list",
    "path_example": "lists/watchlist.csv",
}
"""What the texts show: they must not have addresses in them."""

UPLOAD = FileSelector(FileSelectorConfig(accept=".csv,text/csv"))
_TEXT = TextSelector(TextSelectorConfig(autocomplete="off"))


def naming_schema(field: str, entered: str | None, *, has_file: bool) -> vol.Schema:
    """Return the form of the one field that names a list."""
    if field == CONF_FILE:
        return vol.Schema({vol.Optional(field) if has_file else vol.Required(field): UPLOAD})
    selector: Any = _TEXT
    if field == CONF_CHART:
        selector = SelectSelector(
            SelectSelectorConfig(
                options=list(charts()),
                mode=SelectSelectorMode.DROPDOWN,
                translation_key="chart",
            )
        )
    return vol.Schema({vol.Required(field, description={"suggested_value": entered}): selector})


def path_field(path: str) -> dict[vol.Marker, Any]:
    """Return the field of the path of a file."""
    return {vol.Required(CONF_PATH, default=path): _TEXT}


def trakt_account_field(
    accounts: Iterable[ConfigEntry], current: str | None = None
) -> dict[vol.Marker, Any]:
    """Return the field of the Trakt account that a list is read with."""
    titles = {entry.entry_id: entry.title for entry in accounts}
    key = (
        vol.Required(CONF_TRAKT_ACCOUNT, default=current)
        if current in titles
        else vol.Required(CONF_TRAKT_ACCOUNT)
    )
    options = [SelectOptionDict(value=value, label=label) for value, label in titles.items()]
    return {
        key: SelectSelector(
            SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN, sort=True)
        )
    }
