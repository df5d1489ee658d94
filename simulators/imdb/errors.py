"""Answers in which IMDb refuses a field of a query, with HTTP 200, or all of it."""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """`extensions.code` of an error."""

    FORBIDDEN = "FORBIDDEN"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    BAD_USER_INPUT = "BAD_USER_INPUT"


class RefusedError(Exception):
    """A field that answers null, with an error beside the data."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def as_error(self, path: tuple[str, ...]) -> dict[str, object]:
        """Return the error as it stands in an answer."""
        where = "/" + "/".join(path)
        return {
            "message": f"{self.code} exception code while fetching data ({where}) : {self.message}",
            "path": list(path),
            "extensions": {
                "code": self.code,
                "errorType": "CLIENT",
                "isRetryable": False,
                "path": list(path),
            },
        }


class UnfitError(Exception):
    """A request that does not fit the schema: an answer with errors and without data."""

    def __init__(self, status: int, code: str, *messages: str) -> None:
        super().__init__(*messages)
        self.status = status
        self.body: dict[str, object] = {
            "errors": [{"message": message, "extensions": {"code": code}} for message in messages]
        }
