"""The lists and pairings as Home Assistant shows them: their entities and what these say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from .home import DOMAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .assistant import Assistant

_BUSY = ("never", "running", "unknown", "unavailable")
APPROVAL = "approval"
"""The status of a pairing whose first plan waits for a yes."""
_LIST, _PAIRING = "list", "pairing"


@dataclass(frozen=True, slots=True)
class Shown:
    """A list, a pairing or an account: its entities by key, and their states."""

    id: str
    title: str
    entities: Mapping[str, str]
    states: Mapping[str, Mapping[str, Any]]

    def state(self, key: str) -> str:
        """Return an entity's state; nothing where there is no such entity."""
        shown = self.states.get(self.entities.get(key, ""))
        return "" if shown is None else str(shown["state"])

    def attribute(self, key: str, name: str) -> Any:
        """Return an attribute of an entity."""
        return self.states[self.entities[key]]["attributes"].get(name)

    @property
    def status(self) -> str:
        """Return what the list or pairing came to."""
        return self.state("status")

    @property
    def is_synced(self) -> bool:
        """Say whether it has been synced, and is not just being synced again."""
        return bool(self.status) and self.status not in _BUSY

    @property
    def is_named(self) -> bool:
        """Say whether its entities have its name, which a list gets anew with its next loading."""
        return str(self.attribute("status", "friendly_name")).startswith(self.title)

    def count(self, key: str) -> int | None:
        """Return a count; None where the sensor has none."""
        shown = self.state(key)
        return int(shown) if shown.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Lists:
    """All lists, in the order in which they were added, all pairings, and the accounts."""

    all: tuple[Shown, ...]
    pairings: tuple[Shown, ...]
    accounts: tuple[Shown, ...]

    @classmethod
    async def read(cls, assistant: Assistant) -> Self:
        """Ask Home Assistant."""
        states = {state["entity_id"]: state for state in await assistant.get("states")}
        registry = await assistant.command("config/entity_registry/list")
        entries = await assistant.get(f"config/config_entries/entry?domain={DOMAIN}")
        jobs: dict[str, list[Shown]] = {_LIST: [], _PAIRING: []}
        accounts: list[Shown] = []
        for entry in entries:
            found = await assistant.command(
                "config_entries/subentries/list", entry_id=entry["entry_id"]
            )
            accounts.append(_shown(entry["entry_id"], entry["title"], registry, states))
            for one in found:
                shown = _shown(one["subentry_id"], one["title"], registry, states)
                jobs[one["subentry_type"]].append(shown)
        return cls(tuple(jobs[_LIST]), tuple(jobs[_PAIRING]), tuple(accounts))


def _shown(
    owner: str, title: str, registry: list[dict[str, Any]], states: Mapping[str, Any]
) -> Shown:
    """Collect what belongs to an account or a list, which its unique ids tell."""
    entities = {
        row["unique_id"].removeprefix(f"{owner}_"): row["entity_id"]
        for row in registry
        if row["platform"] == DOMAIN and row["unique_id"].startswith(f"{owner}_")
    }
    return Shown(
        owner, title, entities, {name: states[name] for name in entities.values() if name in states}
    )
