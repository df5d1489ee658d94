"""What a service answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

import orjson

from .errors import InvalidAnswer

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_HTML_START = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_HEAD = 16 * 1024
"""How far into a page its title is looked for."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer, of any status that the doorway does not judge itself.

    Names of `headers` are not case-sensitive. Neither headers nor body show in its `repr`.
    """

    service: str
    account: str | None
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Read the body as JSON. InvalidAnswer for a web page, and for what is cut short or empty.

        Parsing holds up the event loop for about 7 ms a MB.
        """
        if self.is_html:
            raise self.invalid(self.page_title or "a web page")
        try:
            parsed: object = orjson.loads(self.body.removeprefix(_BOM))
        except orjson.JSONDecodeError:
            parsed = _NOT_JSON
        if parsed is _NOT_JSON:  # raised out here, so that no trace of the body hangs on to it
            raise self.invalid("not JSON" if self.body else "an empty answer")
        return parsed

    def invalid(self, detail: str) -> InvalidAnswer:
        """Return the error that says that this answer is not what it should be."""
        return InvalidAnswer(self.service, self.account, f"{self.status}: {detail}")

    @property
    def is_html(self) -> bool:
        """Whether this is a web page: of a proxy, a sign-in or a challenge."""
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml"):
            return True
        return _HTML_START.match(self.body.removeprefix(_BOM)) is not None

    @property
    def page_title(self) -> str:
        """The title of a web page, empty where there is none."""
        found = _TITLE.search(self.body[:_HEAD])
        return found[1].decode("utf-8", "replace").strip() if found else ""


_NOT_JSON = object()
