"""Measure, and print a table: `script/bench [--titles 100,1000,10000] [--json FILE]`."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from .lists import measure
from .table import table


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument(
        "--titles", default="100,1000,10000", help="lengths of the list, with commas between"
    )
    parser.add_argument("--json", type=Path, help="a file for the figures")
    asked = parser.parse_args()
    rows = [
        row for titles in map(int, asked.titles.split(",")) for row in asyncio.run(measure(titles))
    ]
    print(table(rows))
    if asked.json is not None:
        asked.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
