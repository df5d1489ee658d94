"""Measure, and print tables.

`script/bench [--titles 100,1000,10000] [--entries 500,2000,5000] [--episodes 20000] [--json FILE]`;
with no lengths of a kind ("") nothing of it is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from . import answers, lists, pairings, reading
from .table import table


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--titles", default="100,1000,10000", help="lengths of a list, with commas between"
    )
    parser.add_argument(
        "--entries", default="500,2000,5000", help="lengths of an AniList, with commas between"
    )
    parser.add_argument("--episodes", default="20000", help="lengths of a Plex library")
    parser.add_argument("--json", type=Path, help="a file for the figures")
    asked = parser.parse_args()
    rows: list[dict[str, object]] = []
    for lengths, measure in (
        (asked.titles, lists.measure),
        (asked.entries, pairings.measure),
        (asked.entries, answers.measure),
        (asked.episodes, reading.measure),
    ):
        measured = [
            row
            for length in map(int, filter(None, lengths.split(",")))
            for row in asyncio.run(measure(length))
        ]
        if measured:
            print(table(measured), end="\n\n")
        rows += measured
    if asked.json is not None:
        asked.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
