"""The tables of `docs/faults.md`, made from what the tests saw."""

import os
from pathlib import Path
import re

import pytest

from custom_components.media_list_sync.engine.model import JobStatus

from .cases import CALLS, FAULTS

DOCUMENT = Path(__file__).parents[3] / "docs" / "faults.md"
NAMES = {"anilist": "AniList", "plex": "Plex", "trakt": "Trakt"}
UNDERSTOOD = "understood all the same"
NOT_THERE = "counts as not there"


def services(outcomes):
    """Return a table for each client: faults by calls, those with the same outcomes in one row."""
    parts = []
    for client, name in NAMES.items():
        calls = [call for call in CALLS if call.client == client]
        rows: dict[tuple[str, ...], list[str]] = {}
        for fault in FAULTS:
            cells = tuple(
                cell(outcomes[call][fault], call, fault) if fault in call.faults else ""
                for call in calls
            )
            if any(cells):
                rows.setdefault(cells, []).append(fault)
        heads = ["", *(call.name for call in calls)]
        parts += [f"### {name}", "", line(heads), line(["---"] * len(heads))]
        parts += [line([", ".join(faults), *cells]) for cells, faults in rows.items()]
        parts.append("")
    return "\n".join(parts).strip()


def database(seen):
    """Return the table of what can be wrong with the database."""
    rows: dict[tuple[str, ...], set[str]] = {}
    for (fault, when), words in seen.items():
        rows.setdefault((when, *words), set()).add(fault)
    heads = ["", "when", "what is shown", "how it goes on"]
    return "\n".join(
        [
            line(heads),
            line(["---"] * len(heads)),
            *(line([", ".join(sorted(faults)), *words]) for words, faults in sorted(rows.items())),
        ]
    )


def cell(outcome, call, fault):
    if outcome.status is JobStatus.COMPLETED:
        return NOT_THERE if fault == "404" else UNDERSTOOD
    if outcome.status is JobStatus.PARTIAL:
        return "`failed`; the rest goes on"
    words = [f"`{outcome.problem}`"]
    if outcome.wait is not None and not call.is_undo:
        words.append(f"{round(outcome.wait.total_seconds() / 60)} min")
    if outcome.is_doubtful:
        words.append("**in doubt**")
    return " · ".join(words)


def line(cells):
    return f"| {' | '.join(cells)} |"


def compare(name, made):
    """Fail where the document does not say what was seen; or have it say so, if it is asked for."""
    text = DOCUMENT.read_text("utf-8")
    begin, end = f"<!-- {name}: made by script/fault-table -->\n", f"\n<!-- {name}: end -->"
    found = re.search(f"{re.escape(begin)}(.*?){re.escape(end)}", text, re.DOTALL)
    assert found is not None, f"{DOCUMENT.name} has no place for the table of {name}"
    if found[1] == made:
        return
    if os.environ.get("WRITE_FAULT_TABLE"):
        DOCUMENT.write_text(text.replace(found[0], f"{begin}{made}{end}"), "utf-8")
        return
    pytest.fail(f"docs/faults.md does not say what happens: run script/fault-table\n\n{made}")
