"""A sync that a person asked for: waiting for it, and saying what came of it."""

from __future__ import annotations

import asyncio

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN, SERVICE_ANILIST, SERVICE_PLEX, SERVICE_SEERR, SERVICE_TRAKT
from .coordinator import JobCoordinator
from .engine.model import JobStatus, Problem, Report, SyncRequest
from .errors import in_brackets

_NOTHING_DONE = frozenset(
    {
        "invalid_answer",
        "list_unreachable",
        "no_mappings",
        "rate_limited",
        "server_down",
        "stopped",
    }
)
"""Problems that put a sync off before it began: whoever asked for it wants to be told."""

SERVICES = {
    SERVICE_ANILIST: "AniList",
    SERVICE_PLEX: "Plex",
    SERVICE_SEERR: "Seerr",
    SERVICE_TRAKT: "Trakt",
    "imdb": "IMDb",
}
"""Names that are the same in every language."""


async def sync(coordinator: JobCoordinator, request: SyncRequest) -> Report:
    """Have a list or pairing synced and wait for its report.

    The sync belongs to the runner: it goes on where the one who waits for it goes away, and may
    be shared with others who asked for the same.
    """
    return await asyncio.shield(coordinator.runner.request(coordinator.job_id, request))


def why_not_done(report: Report) -> Problem | None:
    """Return the problem that kept a sync from being done; None where it was done."""
    if report.status is JobStatus.FAILED:
        return next(iter(report.problems), Problem("request_failed"))
    if report.status is JobStatus.DEFERRED:
        return next((one for one in report.problems if one.key in _NOTHING_DONE), None)
    return None


def raise_if_not_done(report: Report, coordinator: JobCoordinator) -> None:
    """Raise the problem that kept a sync from being done."""
    problem = why_not_done(report)
    if problem is not None:
        raise as_error(problem, coordinator)


def as_error(problem: Problem, coordinator: JobCoordinator) -> HomeAssistantError:
    """Return a problem of a list or pairing in words."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=f"sync_{problem.key}",
        translation_placeholders=placeholders(problem, coordinator),
    )


def placeholders(problem: Problem, coordinator: JobCoordinator) -> dict[str, str]:
    """Return what the text of such a problem is filled in with."""
    entry = coordinator.config_entry
    account = (
        coordinator.hass.config_entries.async_get_entry(problem.account)
        if problem.account
        else None
    )
    return {
        "list": coordinator.subentry.title,
        "account": (account or entry).title,
        **problem.placeholders,
        "service": SERVICES.get(problem.placeholders.get("service", ""), ""),
        "detail": in_brackets(problem.placeholders.get("detail", "")),
    }
