"""Sections of a form, folded unless something in them has to be corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homeassistant.data_entry_flow import section
import voluptuous as vol

from .problem import Trouble


def folded(
    name: str, fields: Mapping[vol.Marker, Any], trouble: Trouble | None = None
) -> dict[vol.Marker, Any]:
    """Return a section of a form. One that `trouble` is about is open.

    The user interface shows an error of a section above it, and none at its fields; and it folds
    all sections again when the form comes back, however the person had left them.
    """
    is_at_fault = trouble is not None and trouble.where == name
    return {vol.Required(name): section(vol.Schema(dict(fields)), {"collapsed": not is_at_fault})}
