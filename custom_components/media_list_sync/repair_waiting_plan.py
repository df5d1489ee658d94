"""The yes that a plan of a pairing waits for (W12), in the place where it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState

from .account_anilist import AniListRuntime
from .coordinator import PairingCoordinator
from .engine.model import JobStatus, Report, SyncRequest
from .engine.watching.plan import WatchDecision, WatchOutcome
from .issues import ACCOUNT_ID, LIST_ID
from .markdown import plain, with_markdown
from .syncing import sync
from .words import async_words

SHOWN = 15
"""Entries that are named; a dry run has all of them."""

WAIT_SECONDS = 50


class WaitingPlanFlow(RepairsFlow):
    """Shows what the sync would do, and does it if the person says so."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Make the plan anew, and show it."""
        pairing = self._pairing()
        if pairing is None:
            return self.async_abort(reason="not_loaded")
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                report = await sync(pairing, SyncRequest(reason="action", dry_run=True))
        except TimeoutError:
            return self.async_abort(reason="takes_long")
        if report.status in (JobStatus.FAILED, JobStatus.DEFERRED):
            return self.async_abort(reason="no_plan")
        return self.async_show_menu(
            step_id="init",
            menu_options=["approve", "later"],
            description_placeholders={
                **with_markdown({"name": pairing.subentry.title}),
                **_shown(report, await async_words(self.hass, "statuses")),
            },
        )

    async def async_step_approve(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin the sync. It goes on by itself; the pairing's device shows how far it is."""
        pairing = self._pairing()
        if pairing is None:
            return self.async_abort(reason="not_loaded")
        pairing.runner.request(pairing.job_id, SyncRequest(reason="action", approve=True))
        return self.async_create_entry(data={})

    async def async_step_later(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave everything as it is."""
        return self.async_abort(reason="left")

    def _pairing(self) -> PairingCoordinator | None:
        data = self.data or {}
        entry = self.hass.config_entries.async_get_entry(str(data[ACCOUNT_ID]))
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        runtime = entry.runtime_data
        if not isinstance(runtime, AniListRuntime):
            return None
        return runtime.pairings.get(str(data[LIST_ID]))


def _shown(report: Report, statuses: Mapping[str, str]) -> dict[str, str]:
    """Return what the plan comes to, in words of the text."""
    planned = [
        decision
        for decision in report.decisions
        if isinstance(decision, WatchDecision) and decision.outcome is WatchOutcome.UPDATE
    ]
    lines = [f"- {plain(one.title)}{_what(one, statuses)}" for one in planned[:SHOWN]]
    if len(planned) > SHOWN:
        lines.append("- …")
    return {
        "entries": str(len(planned)),
        "episodes": str(sum(len(one.spots) for one in planned)),
        "saves": str(sum(one.save is not None for one in planned)),
        "in_step": str(report.counts[WatchOutcome.IN_STEP]),
        "review": str(report.counts[WatchOutcome.REVIEW]),
        "titles": "\n".join(lines),
    }


def _what(decision: WatchDecision, statuses: Mapping[str, str]) -> str:
    """Return what becomes of an entry: how many episodes are marked, and what AniList says then.

    What changes only in its dates, its score or its rewatches is named without saying how.
    """
    parts = [str(len(decision.spots))] if decision.spots else []
    if (save := decision.save) is not None:
        said = ["AniList"]
        if save.status is not None:
            said.append(statuses.get(save.status.lower(), save.status))
        if save.progress is not None:
            said.append(str(save.progress))
        parts.append(" ".join(said))
    return f": {', '.join(parts)}" if parts else ""
