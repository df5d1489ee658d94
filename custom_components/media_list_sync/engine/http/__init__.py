"""The one way out: pacing, retries and typed errors of every request to a service."""

from .answer import Answer
from .doorway import Doorway
from .errors import (
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Reason,
    Refused,
    ServiceError,
    Unreachable,
    tidy,
)
from .lane import Lane
from .pace import Pace
from .wire import DiskError

__all__ = [
    "Answer",
    "CredentialsRejected",
    "DiskError",
    "Doorway",
    "Forbidden",
    "InvalidAnswer",
    "Lane",
    "Limited",
    "NotFound",
    "Pace",
    "Reason",
    "Refused",
    "ServiceError",
    "Unreachable",
    "tidy",
]
