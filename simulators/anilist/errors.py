"""Refusals in AniList's form: `{"errors": [{"message", "status", …}], "data": …}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class RefusedError(Exception):
    """A field, or a whole request, that is refused. `status` stands in the body too."""

    def __init__(
        self,
        status: int,
        message: str,
        validation: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.validation = validation

    def as_error(self, line: int = 1, column: int = 1) -> dict[str, object]:
        """Return the error as it stands in an answer."""
        error: dict[str, object] = {
            "message": self.message,
            "status": self.status,
            "locations": [{"line": line, "column": column}],
        }
        if self.validation is not None:
            error["validation"] = {key: list(words) for key, words in self.validation.items()}
        return error

    def as_body(self) -> dict[str, object]:
        """Return the answer to a request of which nothing was looked at."""
        return {"errors": [self.as_error()], "data": None}


def invalid(field: str, words: str) -> RefusedError:
    """Return the refusal of an argument."""
    return RefusedError(400, "validation", {field: [words]})


def not_found(words: str = "Not Found.") -> RefusedError:
    """Return what is said of what is not there, or not shown."""
    return RefusedError(404, words)


def unauthorized() -> RefusedError:
    """Return what nobody who is not signed in gets past."""
    return RefusedError(401, "Unauthorized.")
