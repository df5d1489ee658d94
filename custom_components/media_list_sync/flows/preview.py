"""What a list holds, in words, before it is added."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..engine.model import ListContents, ListItem, MediaType
from ..markdown import plain, short

_SHOWN_TITLES = 5
_WORDS = "left_out"
"""The words for what is left out stand among the selectors' options."""


async def preview(hass: HomeAssistant, contents: ListContents) -> dict[str, str]:
    """Return the placeholders of a form that shows a list."""
    kinds = [item.media_type for item in contents.items]
    return {
        "name": short(contents.name),
        "movies": str(kinds.count(MediaType.MOVIE)),
        "shows": str(kinds.count(MediaType.SHOW)),
        "titles": _titles(contents.items),
        "left_out": await _left_out(hass, contents),
    }


def _titles(items: tuple[ListItem, ...]) -> str:
    names = [
        plain(f"{item.title} ({item.year})" if item.year else item.title)
        for item in items[:_SHOWN_TITLES]
    ]
    return ", ".join(names) + (", …" if len(items) > _SHOWN_TITLES else "")


async def _left_out(hass: HomeAssistant, contents: ListContents) -> str:
    """Count what cannot be requested, in the words of Home Assistant's language.

    Numbers stand behind the words, which then fit every number.
    """
    words = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})
    prefix = f"component.{DOMAIN}.selector.{_WORDS}.options."
    counted = [
        f"{words.get(prefix + kind, kind)}: {count}"
        for kind, count in sorted(contents.left_out.items())
        if count
    ]
    return ", ".join(counted) or words.get(f"{prefix}nothing", "—")
