"""What a person is told when the demo cannot go on."""

from __future__ import annotations


class DemoProblem(Exception):
    """The demo cannot go on; the message says why, in words for a person."""
