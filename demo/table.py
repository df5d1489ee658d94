"""Tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table, with numbers to the right."""
    body = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in [list(head), *body]) for column in range(len(head))]
    right = [
        bool(body) and all(_is_number(row[column]) for row in body) for column in range(len(head))
    ]
    lines = [list(head), ["-" * width for width in widths], *body]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in lines
    )


def _text(cell: object) -> str:
    return "-" if cell is None else str(cell)


def _is_number(text: str) -> bool:
    return text.isdecimal() or text in ("-", "")
