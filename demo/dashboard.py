"""A dashboard of the lists and pairings, made of what Home Assistant has itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .assistant import Assistant
    from .lists import Lists, Shown

URL_PATH = "media-lists"
TITLE = "Media lists"

type Card = dict[str, Any]
type Counted = tuple[tuple[str, str, str], ...]
"""A sensor's key, its name on the tile, its colour there."""

_COUNTS: Counted = (
    ("available", "Available", "green"),
    ("requested", "Requested", "blue"),
    ("waiting", "Waiting", "amber"),
    ("unmatched", "No match", "red"),
)
_PAIRING_COUNTS: Counted = (
    ("entries", "On the list", "grey"),
    ("in_step", "In step", "green"),
    ("updated", "Updated", "blue"),
    ("episodes", "Marked", "blue"),
    ("waiting", "Waiting", "amber"),
    ("to_review", "To review", "red"),
)
MOST_TITLES = 6

_PUNCTUATION = "([!-/:-@[-`{-~])"
_ESCAPE = f"'regex_replace', '{_PUNCTUATION}', '\\\\\\\\\\\\1'"
"""How a template has Markdown show a title as it is, whatever it is called."""


async def save_dashboard(assistant: Assistant, lists: Lists) -> None:
    """Make the dashboard, or bring it up to date."""
    known = await assistant.command("lovelace/dashboards/list")
    if all(dashboard["url_path"] != URL_PATH for dashboard in known):
        await assistant.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title=TITLE,
            icon="mdi:playlist-check",
            show_in_sidebar=True,
            require_admin=False,
        )
    await assistant.command("lovelace/config/save", url_path=URL_PATH, config=_dashboard(lists))


def _dashboard(lists: Lists) -> Card:
    badges = [
        {"type": "entity", "entity": entity, "show_name": True, "name": account.title}
        for account in lists.accounts
        if (entity := account.entities.get("reachable"))
    ]
    badges += [
        {"type": "entity", "entity": entity, "show_name": True, "name": name}
        for key, name in (("pending_requests", "To approve"), ("following", "Plex is followed"))
        for account in lists.accounts
        if (entity := account.entities.get(key))
    ]
    view = {
        "title": TITLE,
        "type": "sections",
        "max_columns": 3,
        "badges": badges,
        "sections": [
            *(_list(lst) for lst in lists.all),
            _last_requests(lists),
            _to_look_at(lists),
            *(_pairing(pairing) for pairing in lists.pairings),
            _last_marked(lists),
        ],
    }
    return {"title": TITLE, "views": [view]}


def _list(lst: Shown) -> Card:
    counts = [
        {
            "type": "tile",
            "entity": lst.entities[key],
            "name": name,
            "color": color,
            "vertical": True,
            "grid_options": {"columns": 3, "rows": 2},
        }
        for key, name, color in _COUNTS
    ]
    return _job(lst, lst.title, "mdi:playlist-check", counts)


def _pairing(pairing: Shown) -> Card:
    counts = [
        {"type": "tile", "entity": pairing.entities[key], "name": name, "color": color}
        for key, name, color in _PAIRING_COUNTS
    ]
    return _job(pairing, _short(pairing), "mdi:sync", counts)


def _job(job: Shown, title: str, icon: str, counts: list[Card]) -> Card:
    """Show a list or a pairing: what it came to, and when it goes on."""
    entities = job.entities
    heading = {
        "type": "heading",
        "heading": title,
        "icon": icon,
        "badges": [
            _problem_badge(entities["problem"]),
            {"type": "entity", "entity": entities["status"]},
        ],
    }
    buttons = [
        {"type": "tile", "entity": entities["next_sync"], "name": "Next sync"},
        {
            "type": "tile",
            "entity": entities["sync_now"],
            "name": "Sync now",
            "hide_state": True,
            "tap_action": {
                "action": "perform-action",
                "perform_action": "button.press",
                "target": {"entity_id": entities["sync_now"]},
            },
        },
    ]
    return {"type": "grid", "cards": [heading, *counts, *buttons]}


def _short(pairing: Shown) -> str:
    """Return a pairing's title without whose accounts they are: there is room for little more."""
    return re.sub(r" \([^)]*\)", "", pairing.title)


def _problem_badge(entity: str) -> Card:
    """Show that a list has a problem, while it has one."""
    return {
        "type": "entity",
        "entity": entity,
        "color": "red",
        "visibility": [{"condition": "state", "entity": entity, "state": "on"}],
    }


def _last_requests(lists: Lists) -> Card:
    content = _or_nothing("".join(_titles(lst.title, lst.entities["new"], "") for lst in lists.all))
    return {
        "type": "grid",
        "column_span": 2,
        "cards": [
            {"type": "heading", "heading": "Requested in the last sync", "icon": "mdi:new-box"},
            {
                "type": "markdown",
                "content": content,
                "grid_options": {"columns": "full"},
            },
        ],
    }


def _to_look_at(lists: Lists) -> Card:
    """Show what somebody may want to look at.

    Titles without a match, lists that wait, entries that a person has to decide about.
    """
    content = "".join(
        _titles(lst.title, lst.entities["unmatched"], "unmatched: ") + _until(lst)
        for lst in lists.all
    ) + "".join(
        _titles(_short(pairing), pairing.entities["to_review"], "to review: ")
        for pairing in lists.pairings
    )
    return {
        "type": "grid",
        "cards": [
            {"type": "heading", "heading": "Worth a look", "icon": "mdi:eye-outline"},
            {"type": "markdown", "content": _or_nothing(content)},
        ],
    }


def _last_marked(lists: Lists) -> Card:
    """Show what was carried over in the last syncs."""
    content = _or_nothing(
        "".join(
            _titles(_short(pairing), pairing.entities["updated"], "") for pairing in lists.pairings
        )
    )
    return {
        "type": "grid",
        "cards": [
            {
                "type": "heading",
                "heading": "Carried over in the last sync",
                "icon": "mdi:television-play",
            },
            {"type": "markdown", "content": content},
        ],
    }


def _escaped(name: str) -> str:
    """Return a name as Markdown shows it, in one line, with nothing in it for the template."""
    return re.sub(_PUNCTUATION, r"\\\1", " ".join(name.split()))


def _titles(name: str, entity: str, word: str) -> str:
    """Return a template that shows the titles which an entity counts.

    Its attribute names the first of them only; its state says how many there are.
    """
    return (
        f"{{% set titles = (state_attr('{entity}', 'titles') or [])[:{MOST_TITLES}] %}}"
        f"{{% set more = states('{entity}') | int(0) - titles | length %}}"
        f"{{% if titles %}}**{_escaped(name)}**: {word}"
        f"{{{{ titles | map({_ESCAPE}) | join(', ') }}}}"
        "{% if more > 0 %} and {{ more }} more{% endif %}\n\n{% endif %}"
    )


def _or_nothing(content: str) -> str:
    """Return a template that says so where another one shows nothing."""
    return f"{{% set shown %}}{content}{{% endset %}}{{{{ shown | trim or 'Nothing.' }}}}"


def _until(lst: Shown) -> str:
    """Return a template that says until when a list waits."""
    status, due = lst.entities["status"], lst.entities["next_sync"]
    return (
        f"{{% if is_state('{status}', 'deferred') %}}**{_escaped(lst.title)}**: "
        f"{{{{ states('{lst.entities['waiting']}') }}}} titles wait for the quota; "
        f"next try at {{{{ as_timestamp(states('{due}')) | timestamp_custom('%H:%M') }}}}"
        f"\n\n{{% endif %}}"
    )
