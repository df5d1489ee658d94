"""The engine's errors and problems in Home Assistant's words: translation keys, placeholders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.exceptions import HomeAssistantError

from .const import DOMAIN
from .engine.http import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
)
from .engine.store.problems import StoreUnusable
from .engine.vault import KeyFileProblem

_KEYS: tuple[tuple[type[ServiceError], str], ...] = (
    (CredentialsRejected, "credentials_rejected"),
    (Forbidden, "forbidden"),
    (Limited, "limited"),
    (NotFound, "not_found"),
    (InvalidAnswer, "invalid_answer"),
    (Refused, "refused"),
)


def translation_key_of(error: ServiceError) -> str:
    """Return the key under `exceptions` that says what an error means."""
    if isinstance(error, Unreachable):
        return f"unreachable_{error.reason}"
    return next((key for kind, key in _KEYS if isinstance(error, kind)), "refused")


def placeholders_of(error: ServiceError, title: str) -> dict[str, str]:
    """Return what the message of an error is filled in with."""
    return {"account": title, "detail": in_brackets(error.detail)}


def in_brackets(detail: str) -> str:
    """Return a service's own words as they follow a sentence of ours."""
    return f" ({detail})" if detail else ""


def service_failed(error: ServiceError, title: str) -> HomeAssistantError:
    """Return what an action raises where a service did not do its part."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=translation_key_of(error),
        translation_placeholders=placeholders_of(error, title),
    )


@contextmanager
def store_needed(raised: type[HomeAssistantError] = HomeAssistantError) -> Iterator[None]:
    """Raise in words what is in the database's way: a full disk, a lock, permissions."""
    try:
        yield
    except StoreUnusable as error:
        raise raised(
            translation_domain=DOMAIN,
            translation_key="store_unusable",
            translation_placeholders={"reason": error.reason},
        ) from error


@contextmanager
def key_file_needed(raised: type[HomeAssistantError] = HomeAssistantError) -> Iterator[None]:
    """Raise in words what is wrong with the key file."""
    try:
        yield
    except KeyFileProblem as error:
        raise raised(
            translation_domain=DOMAIN,
            translation_key=f"key_file_{error.reason}",
            translation_placeholders={"file": str(error.path)},
        ) from error
