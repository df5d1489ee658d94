"""Texts that stand inside of other texts, or in answers: in the language of the server."""

from __future__ import annotations

from collections.abc import Mapping

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN


async def async_words(hass: HomeAssistant, name: str) -> Mapping[str, str]:
    """Return the texts of a selector's options."""
    texts = await async_get_translations(hass, hass.config.language, "selector", {DOMAIN})
    prefix = f"component.{DOMAIN}.selector.{name}.options."
    return {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}


async def async_messages(hass: HomeAssistant) -> Mapping[str, str]:
    """Return the messages of errors, by their keys."""
    texts = await async_get_translations(hass, hass.config.language, "exceptions", {DOMAIN})
    prefix = f"component.{DOMAIN}.exceptions."
    return {
        key.removeprefix(prefix).removesuffix(".message"): text
        for key, text in texts.items()
        if key.startswith(prefix)
    }
