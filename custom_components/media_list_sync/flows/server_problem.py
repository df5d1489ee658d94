"""What keeps a server from answering at the address that a person entered."""

from __future__ import annotations

from collections.abc import Iterable

from homeassistant.const import CONF_URL, CONF_VERIFY_SSL

from ..engine.http import Limited, ServiceError, Unreachable
from .problem import FlowProblem

# Of several failed addresses, the one that came furthest says most about what is wrong.
_FURTHEST_FIRST = (
    "certificate",
    "not_seerr",
    "not_plex",
    "server_error",
    "rate_limited",
    "cut",
    "timeout",
    "no_tls",
    "cannot_connect",
    "dns",
)


def furthest(problems: Iterable[FlowProblem]) -> FlowProblem:
    """Return the problem of the address that came furthest."""
    return min(problems, key=lambda problem: _FURTHEST_FIRST.index(problem.trouble.key))


def address_problem(error: ServiceError, otherwise: str, *, verify_ssl: bool) -> FlowProblem:
    """Return what an error says about the address; `otherwise`: it is no server of that kind."""
    match error:
        case Unreachable(reason="tls") if verify_ssl and "certificate" in error.detail.lower():
            return FlowProblem("certificate", CONF_VERIFY_SSL, detail=error.detail)
        case Unreachable(reason="tls"):
            return FlowProblem("no_tls", CONF_URL, detail=error.detail)
        case Unreachable(reason="connect"):
            return FlowProblem("cannot_connect", CONF_URL, detail=error.detail)
        case Unreachable():
            return FlowProblem(error.reason, CONF_URL, detail=error.detail)
        case Limited():
            return FlowProblem("rate_limited", CONF_URL)
        case _:
            return FlowProblem(otherwise, CONF_URL, found=error.detail or type(error).__name__)
