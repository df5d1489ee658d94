"""A name that somebody gave to a list, a film, a server or themselves to do harm with."""

import re

HOSTILE = "[click](javascript:alert(1)) <img src=x onerror=alert(1)> https://evil.example *b*\n# h"
MARKUP = ("[click](", "<img", "https://evil", "*b*", "\n# h")
"""What Markdown would make something of."""

_ESCAPED = re.compile(r"\\[!-/:-@[-`{-~]")


def is_harmless(text: str) -> bool:
    """Whether Markdown makes nothing of what is not ours in a text: all of it is escaped."""
    left = _ESCAPED.sub("", text)
    return not any(markup in left for markup in MARKUP)
