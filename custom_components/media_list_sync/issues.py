"""Repairs: what only a person can mend is raised here, and taken away when it is mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_loaded_integration
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .coordinator import CheckingCoordinator, JobCoordinator
from .engine.model import FIRST_PLAN, LARGE_PLAN, JobStatus, Problem, Report
from .engine.runner import JobState
from .engine.setbacks import setback
from .engine.watching.plan import WatchOutcome
from .errors import placeholders_of
from .markdown import with_markdown
from .syncing import placeholders, why_not_done

LIST_ID = "list"
ACCOUNT_ID = "account"
"""What the data of an issue, and so its fix flow, knows."""

STORE_UNUSABLE = "store_unusable"
_BROKEN_OFF = frozenset({"internal_error", STORE_UNUSABLE})
"""Problems that end a sync wherever it is: it says nothing of what was wrong before."""

REVIEW_WAITING = "review_waiting"
"""Entries of a pairing need a person; it has a fix flow of its own, too."""


class Scope(StrEnum):
    """What a problem is a problem of: there is one issue for each."""

    LIST = "list"
    ACCOUNT = "account"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a problem is shown. `check_again`: a person can have it looked at once it is mended."""

    scope: Scope
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    check_again: bool = True


RULES = {
    "account_missing": Rule(Scope.LIST),
    "anilist_user_gone": Rule(Scope.ACCOUNT),
    "csrf": Rule(Scope.ACCOUNT),
    "file_invalid": Rule(Scope.LIST),
    "file_missing": Rule(Scope.LIST),
    FIRST_PLAN: Rule(Scope.LIST, ir.IssueSeverity.WARNING),
    LARGE_PLAN: Rule(Scope.LIST, ir.IssueSeverity.WARNING),
    "four_k_refused": Rule(Scope.LIST, ir.IssueSeverity.WARNING),
    "imdb_refused": Rule(Scope.EVERYWHERE, ir.IssueSeverity.WARNING),
    "list_gone": Rule(Scope.LIST),
    "list_private": Rule(Scope.LIST),
    "nothing_fits": Rule(Scope.LIST, ir.IssueSeverity.WARNING),
    "permission": Rule(Scope.LIST),
    "plex_gone": Rule(Scope.ACCOUNT),
    STORE_UNUSABLE: Rule(Scope.EVERYWHERE),
    "trakt_app_deleted": Rule(Scope.ACCOUNT),
    "trakt_limit": Rule(Scope.LIST, ir.IssueSeverity.WARNING),
    "trakt_locked": Rule(Scope.ACCOUNT),
    "trakt_missing": Rule(Scope.LIST),
    "trakt_vip": Rule(Scope.ACCOUNT),
    "user_gone": Rule(Scope.LIST),
}
"""Problems of a sync that get an issue; the others pass by themselves."""

REAUTH = frozenset({"anilist_signed_out", "key_rejected", "plex_signed_out", "trakt_signed_out"})
"""Problems that a new sign-in mends: Home Assistant has an issue of its own for those."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue, as it is to be raised."""

    issue_id: str
    key: str
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    fixable: bool = False
    persistent: bool = False
    placeholders: dict[str, str] = field(default_factory=dict)
    data: dict[str, str | int | float | None] = field(default_factory=dict)


class IssueBook:
    """Knows who holds which issue: one that nobody holds any more is taken away."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._held: dict[str, set[str]] = {}

    @callback
    def tell(self, holder: str, issues: Iterable[Issue] = ()) -> None:
        """Raise what a holder (a list, an account) has to complain of, and nothing else."""
        before = self._held.pop(holder, set())
        for issue in issues:
            self._held.setdefault(holder, set()).add(issue.issue_id)
            ir.async_create_issue(
                self._hass,
                DOMAIN,
                issue.issue_id,
                data=issue.data,
                is_fixable=issue.fixable,
                is_persistent=issue.persistent,
                learn_more_url=_explanation(self._hass, issue.key),
                severity=issue.severity,
                translation_key=issue.key,
                translation_placeholders=with_markdown(issue.placeholders),
            )
        held = set().union(*self._held.values())
        for issue_id in before - held:
            ir.async_delete_issue(self._hass, DOMAIN, issue_id)

    @callback
    def tell_once(self, holder: str, issues: Iterable[Issue]) -> None:
        """Raise issues, unless the holder did so already: a person may have dealt with them."""
        if holder not in self._held:
            self.tell(holder, issues)


_BOOK: HassKey[IssueBook] = HassKey(f"{DOMAIN}_issues")


def _explanation(hass: HomeAssistant, key: str) -> str:
    """Return where the documentation says what a problem means, and what to do."""
    documentation = async_get_loaded_integration(hass, DOMAIN).documentation
    return f"{documentation}/blob/main/docs/troubleshooting.md#{key}"


@callback
def issue_book(hass: HomeAssistant) -> IssueBook:
    """Return Home Assistant's one book of issues of this integration."""
    if _BOOK not in hass.data:
        hass.data[_BOOK] = IssueBook(hass)
    return hass.data[_BOOK]


class AccountIssues:
    """Raises what an account's own checks find. It also keeps the checks going.

    (A coordinator without listeners stops; every entity of an account may be disabled.)
    """

    def __init__(self, coordinator: CheckingCoordinator[Any]) -> None:
        self._coordinator = coordinator

    @callback
    def start(self) -> None:
        """Listen until the account is unloaded."""
        self._coordinator.config_entry.async_on_unload(
            self._coordinator.async_add_listener(self.update)
        )

    @callback
    def notices(self) -> Iterable[Issue]:
        """Return what else there is to tell of an account that is well."""
        return ()

    @callback
    def update(self) -> None:
        """Raise what the last check found, and take away what it did not.

        A service that does not answer says nothing of what was wrong before.
        """
        entry = self._coordinator.config_entry
        error = self._coordinator.last_error
        issues: list[Issue] = []
        if error is None:
            issues.extend(self.notices())
        else:
            met = setback(error, dt_util.utcnow())
            if met.status is JobStatus.DEFERRED:
                return
            key = met.problem.key
            rule = RULES.get(key)
            if rule is not None and rule.scope is Scope.ACCOUNT:
                issues.append(
                    Issue(
                        issue_id=f"{key}_{entry.entry_id}",
                        key=key,
                        severity=rule.severity,
                        fixable=rule.check_again,
                        placeholders=placeholders_of(error, entry.title),
                        data={ACCOUNT_ID: entry.entry_id},
                    )
                )
        issue_book(self._coordinator.hass).tell(entry.entry_id, issues)


class JobIssues:
    """Raises the issues of one list or pairing from its reports, and starts reauthentication."""

    def __init__(self, coordinator: JobCoordinator) -> None:
        self._coordinator = coordinator
        self._told: Report | None = coordinator.data.report
        self._found: list[Issue] = []
        """What the last sync found that was not broken off."""

    @callback
    def start(self) -> Callable[[], None]:
        """Raise what the stored report says, and listen until the returned function is called."""
        self._raise(self._told)
        return self._coordinator.runner.listen(self._coordinator.job_id, self._on_state)

    @callback
    def _on_state(self, state: JobState) -> None:
        if _are_of_one_run(state.report, self._told):
            return
        self._told = state.report
        if state.report is None or not _says_nothing(state.report):
            self._raise(state.report)
        # Not for a stored report: the person may have signed in again since.
        if state.report is not None:
            for problem in state.report.problems:
                if problem.key in REAUTH:
                    self._reauthenticate(problem)

    def _raise(self, report: Report | None) -> None:
        problems = report.problems if report else ()
        issues = [
            self._issue(problem, RULES[problem.key])
            for problem in problems
            if problem.key in RULES and self._is_a_persons(problem)
        ]
        # Before the first plan has its yes, it alone is to be looked at.
        waiting = report.counts.get(WatchOutcome.REVIEW, 0) if report else 0
        if report and waiting and report.waiting_plan is None:
            problem = Problem(REVIEW_WAITING, {"count": str(waiting)})
            issues.append(self._issue(problem, Rule(Scope.LIST, ir.IssueSeverity.WARNING)))
        if any(problem.key in _BROKEN_OFF for problem in problems):
            issues = list({one.issue_id: one for one in (*self._found, *issues)}.values())
        else:
            self._found = issues
        issue_book(self._coordinator.hass).tell(self._coordinator.job_id, issues)

    def _issue(self, problem: Problem, rule: Rule) -> Issue:
        account = problem.account or self._coordinator.config_entry.entry_id
        whose = {
            Scope.LIST: f"_{self._coordinator.job_id}",
            Scope.ACCOUNT: f"_{account}",
            Scope.EVERYWHERE: "",
        }
        return Issue(
            issue_id=f"{problem.key}{whose[rule.scope]}",
            key=problem.key,
            severity=rule.severity,
            fixable=rule.check_again,
            placeholders=placeholders(problem, self._coordinator),
            data={
                ACCOUNT_ID: self._coordinator.config_entry.entry_id,
                LIST_ID: self._coordinator.job_id,
            },
        )

    def _is_a_persons(self, problem: Problem) -> bool:
        """Whether a person has to act: an account that is only loading comes back by itself."""
        if problem.key not in ("account_missing", "trakt_missing") or problem.account is None:
            return True
        entry = self._coordinator.hass.config_entries.async_get_entry(problem.account)
        return entry is None or entry.disabled_by is ConfigEntryDisabler.USER

    def _reauthenticate(self, problem: Problem) -> None:
        hass = self._coordinator.hass
        entry = self._coordinator.config_entry
        if problem.account is not None:
            entry = hass.config_entries.async_get_entry(problem.account) or entry
        entry.async_start_reauth_if_available(hass)


def _are_of_one_run(report: Report | None, other: Report | None) -> bool:
    """Whether what one says was said by the other: that one title was synced since is no news."""
    if report is None or other is None:
        return report is other
    return report.started_at == other.started_at


def _says_nothing(report: Report) -> bool:
    """Whether a sync was put off before it could find what was wrong before, or that it is over."""
    is_put_off = report.status is JobStatus.DEFERRED and why_not_done(report) is not None
    # That a first plan waits is only carried on.
    found = {problem.key for problem in report.problems} - {FIRST_PLAN, LARGE_PLAN}
    return is_put_off and not found & RULES.keys()
