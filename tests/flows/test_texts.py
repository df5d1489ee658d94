"""Every error and every end of a flow has its text, and there is no text that no flow shows.

That each step has the texts of its form is looked at by the dialog, whenever one is shown.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from custom_components.media_list_sync import flows
from custom_components.media_list_sync.engine.http.errors import Reason
from custom_components.media_list_sync.engine.lists import errors as list_errors, imdb_titles
from custom_components.media_list_sync.engine.model import MediaType
from custom_components.media_list_sync.engine.vault import FileProblem
from custom_components.media_list_sync.flows.list_reading import charts
from custom_components.media_list_sync.flows.offer import SLOTS

from .dialog import TEXTS

FOLDER = Path(flows.__file__).parent
LIST = TEXTS["config_subentries"]["list"]
PAIRING = TEXTS["config_subentries"]["pairing"]

OF_LISTS = {"destinations", "offer", "policy_form", "preview"}
OF_BOTH = {"base", "problem"}
RAISED = {"FlowProblem", "Trouble", "end"}

# Keys that are put together.
OPENING = {f"key_file_{reason}" for reason in get_args(FileProblem.__value__)}
FAMILIES = {
    "config": OPENING | set(get_args(Reason.__value__)),
    "list": OPENING
    | {f"file_{reason}" for reason in get_args(list_errors.FileProblem.__value__)}
    | {f"no_4k_{media_type}" for media_type in MediaType}
    | {f"user_may_not_{slot.name}" for slot in SLOTS},
    "pairing": OPENING,
}


def files(kind: str) -> Iterator[ast.AST]:
    """Return the files of one kind of flow."""
    for file in sorted(FOLDER.glob("*.py")):
        of = "list" if file.stem in OF_LISTS else file.stem.partition("_")[0]
        if of not in ("list", "pairing"):
            of = "config"
        if file.stem in OF_BOTH or of == kind:
            yield ast.parse(file.read_text())


def raised(kind: str) -> set[str]:
    """Return the keys of all problems that a kind of flow tells of."""
    found: set[str] = set()
    for tree in files(kind):
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(key)), *_]):
                    if name in RAISED:
                        found.add(key)
    return found


def constants(kind: str) -> set[str]:
    """Return all words that stand in the files of a kind of flow."""
    return {
        node.value
        for tree in files(kind)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize(
    ("kind", "texts"), [("config", TEXTS["config"]), ("list", LIST), ("pairing", PAIRING)]
)
def test_problems(kind: str, texts: dict[str, dict[str, str]]) -> None:
    there = texts["error"].keys() | texts["abort"].keys()
    found = raised(kind)
    if kind == "pairing":
        found.discard("key_lost")  # it opens no key
    assert len(found) > 5
    assert found <= there
    assert there <= found | constants(kind) | FAMILIES[kind]


def test_problems_of_files() -> None:
    assert {f"file_{reason}" for reason in get_args(list_errors.FileProblem.__value__)} <= set(
        LIST["error"]
    )


def test_problems_that_end_a_change() -> None:
    """Without its server, a list cannot be changed: what is an error elsewhere ends the flow."""
    asking = {"key_lost", "server_key_rejected", "server_refused", "server_unreachable"}
    assert asking <= set(LIST["error"])
    assert {key: LIST["error"][key] for key in asking} == {
        key: LIST["abort"].get(key) for key in asking
    }


def test_charts() -> None:
    assert set(TEXTS["selector"]["chart"]["options"]) == set(charts())


def test_words_for_what_is_left_out() -> None:
    kinds = {"duplicate", "other", "person", *imdb_titles._LEFT_OUT.values()}
    assert set(TEXTS["selector"]["left_out"]["options"]) == {*kinds, "nothing"}


def test_both_forms_of_a_policy_read_alike() -> None:
    new, change = LIST["step"]["policy"], LIST["step"]["reconfigure"]
    assert new["sections"] == change["sections"]
    for part in ("data", "data_description"):
        assert new[part].items() <= change[part].items()
