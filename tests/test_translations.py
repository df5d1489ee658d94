"""Every text that the code asks for is there, and none is there that nobody asks for."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
import string
from typing import Any, get_args

import homeassistant
from homeassistant.helpers import config_validation as cv
import pytest
import yaml

from custom_components.media_list_sync import (
    binary_sensor,
    binary_sensor_plex,
    button,
    errors,
    event,
    issues,
    issues_mappings,
    issues_sign_in,
    opening,
    sensor_anilist,
    sensor_list,
    sensor_pairing,
    sensor_seerr,
    sensor_trakt,
    services,
    services_mapping,
    services_mapping_files,
    services_undo,
    switch,
)
from custom_components.media_list_sync.engine import setbacks
from custom_components.media_list_sync.engine.faults import Fault
from custom_components.media_list_sync.engine.http.errors import Reason
from custom_components.media_list_sync.engine.identity.importing import Refusal
from custom_components.media_list_sync.engine.identity.manual import Wrong
from custom_components.media_list_sync.engine.identity.reasons import Reason as ReviewReason
from custom_components.media_list_sync.engine.identity.refreshing import Failure
from custom_components.media_list_sync.engine.model import FIRST_PLAN, LARGE_PLAN
from custom_components.media_list_sync.engine.vault import FileProblem
from custom_components.media_list_sync.markdown import SUFFIX

COMPONENT = Path(services.__file__).parent
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())
SERVICES: dict[str, Any] = yaml.safe_load((COMPONENT / "services.yaml").read_text())
MANIFEST: dict[str, Any] = json.loads((COMPONENT / "manifest.json").read_text())

DESCRIPTIONS: dict[str, list[Any]] = {
    "binary_sensor": [
        binary_sensor.REACHABLE,
        binary_sensor_plex.FOLLOWING,
        *binary_sensor.JOB_BINARY_SENSORS,
    ],
    "button": [*button.JOB_BUTTONS, *button.PAIRING_BUTTONS],
    "event": [event.TITLE_UPDATE, event.PAIRING_UPDATE],
    "sensor": [
        *sensor_seerr.SEERR_SENSORS,
        *sensor_trakt.TRAKT_SENSORS,
        *sensor_anilist.ANILIST_SENSORS,
        *sensor_list.LIST_SENSORS,
        *sensor_pairing.PAIRING_SENSORS,
    ],
    "switch": [switch.AUTOMATIC],
}
SCHEMAS = {
    "sync": services.SYNC_SCHEMA,
    "exclude_title": services.EXCLUDE_TITLE_SCHEMA,
    "get_log": services.GET_LOG_SCHEMA,
    "verify": services.VERIFY_SCHEMA,
    "rotate_key": services.ROTATE_KEY_SCHEMA,
    "map_title": services_mapping.MAP_TITLE_SCHEMA,
    "unmap_title": services_mapping.UNMAP_TITLE_SCHEMA,
    "get_mappings": services_mapping.GET_MAPPINGS_SCHEMA,
    "get_review": services_mapping.GET_REVIEW_SCHEMA,
    "refresh_mappings": services_mapping.REFRESH_MAPPINGS_SCHEMA,
    "export_mappings": services_mapping_files.EXPORT_MAPPINGS_SCHEMA,
    "import_mappings": services_mapping_files.IMPORT_MAPPINGS_SCHEMA,
    "undo_sync": services_undo.UNDO_SYNC_SCHEMA,
}
WITH_OWN_FLOWS: dict[str, set[str]] = {
    issues.REVIEW_WAITING: {
        *("address", "candidates", "count", "detail", "example", "list", "path", "reason"),
        *("others", "title", "why"),
    },
    issues_mappings.MAPPINGS_MISSING: {"detail", "path", "tables"},
    issues_mappings.MAPPINGS_OLD: {"date", "detail", "path", "tables"},
}
"""Issues of which a flow of their own knows what to do, with what their texts may ask for."""
TARGET_FIELDS = {str(field) for field in cv.TARGET_SERVICE_FIELDS}


def leaves(texts: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Return all texts with their paths."""
    if isinstance(texts, str):
        yield path, texts
    else:
        for key, value in texts.items():
            yield from leaves(value, f"{path}.{key}")


def trees(folder: Path, pattern: str = "*.py") -> Iterator[ast.AST]:
    for file in sorted(folder.glob(pattern)):
        yield ast.parse(file.read_text())


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Return all calls in a file, with what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name, node


def constants(node: ast.expr | None) -> Iterator[str]:
    """Return the texts that an expression may be: a constant, or either side of a condition."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from constants(body)
            yield from constants(orelse)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((found.value for found in call.keywords if found.arg == name), None)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def problem_keys() -> set[str]:
    """Return the keys of all problems that a report may carry."""
    keys = {key for _, key in setbacks._KEYS} | set(setbacks._SIGNED_OUT.values())
    jobs = ("engine", "engine/requests", "engine/watching")
    for tree in (tree for folder in jobs for tree in trees(COMPONENT / folder)):
        for name, call in calls(tree):
            if name == "Problem" and call.args:
                keys.update(constants(call.args[0]))
            if name == "replace":
                keys.update(constants(keyword(call, "key")))
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id="key")], value=value):
                    keys.update(constants(value))
    return keys | {FIRST_PLAN, LARGE_PLAN}


def test_texts_are_plain() -> None:
    """Texts hold no addresses, no references, and no braces but those of placeholders."""
    for path, text in leaves(TEXTS):
        assert not re.search(r"https?:|www\.", text), path
        assert "[%" not in text, path
        assert text == text.strip(), path
        placeholders(text)  # raises where a brace is left open


def test_top_level() -> None:
    assert set(TEXTS) == {
        "application_credentials",
        "config",
        "config_subentries",
        "entity",
        "exceptions",
        "issues",
        "selector",
        "services",
        "system_health",
        "title",
    }


def test_manifest_order() -> None:
    """Domain, name, then by the alphabet; what HACS asks for is there."""
    assert list(MANIFEST)[:2] == ["domain", "name"]
    assert list(MANIFEST)[2:] == sorted(list(MANIFEST)[2:])
    assert {"codeowners", "documentation", "issue_tracker", "version"} <= set(MANIFEST)
    assert MANIFEST["domain"] == COMPONENT.name


@pytest.mark.parametrize("platform", DESCRIPTIONS)
def test_entities(platform: str) -> None:
    keys = {description.translation_key for description in DESCRIPTIONS[platform]}
    assert keys == set(TEXTS["entity"][platform])
    assert keys == set(ICONS["entity"][platform])
    for description in DESCRIPTIONS[platform]:
        texts = TEXTS["entity"][platform][description.translation_key]
        assert texts["name"]
        options = getattr(description, "options", None)
        assert set(options or ()) == set(texts.get("state", {}))
        event_types = getattr(description, "event_types", None)
        shown = texts.get("state_attributes", {}).get("event_type", {}).get("state", {})
        assert set(event_types or ()) == set(shown)


def test_platforms_of_texts() -> None:
    assert set(TEXTS["entity"]) == set(ICONS["entity"]) == set(DESCRIPTIONS)


def test_units() -> None:
    """A number has a unit, its own or a translated one, never both."""
    for description in DESCRIPTIONS["sensor"]:
        texts = TEXTS["entity"]["sensor"][description.translation_key]
        if description.state_class is None:
            assert "unit_of_measurement" not in texts
        else:
            own = description.native_unit_of_measurement is not None
            assert own is not ("unit_of_measurement" in texts)


def test_problems() -> None:
    """Each problem has a short text for the sensor, and a sentence for who waits for a sync."""
    keys = problem_keys()
    assert {"server_down", "list_gone", "stopped", "nothing_fits", "four_k_refused"} <= keys
    attribute = TEXTS["entity"]["binary_sensor"]["problem"]["state_attributes"]["problem"]
    assert keys == set(attribute["state"])
    assert {f"sync_{key}" for key in keys} == {
        key for key in TEXTS["exceptions"] if key.startswith("sync_")
    }


def test_problems_are_documented() -> None:
    """Repairs link to what the documentation says of their problem."""
    documented = (COMPONENT.parent.parent / "docs/troubleshooting.md").read_text()
    for key in problem_keys() | set(TEXTS["issues"]):
        assert f'<a id="{key}"></a>`{key}`' in documented, key


def test_quality_scale_is_whole() -> None:
    """Each rule is kept, or does not apply for a reason that is given."""
    rules = yaml.safe_load((COMPONENT / "quality_scale.yaml").read_text())["rules"]
    core = Path(homeassistant.__file__).parent / "components/overseerr/quality_scale.yaml"
    assert set(rules) == set(yaml.safe_load(core.read_text())["rules"])
    for name, rule in rules.items():
        if rule != "done":
            assert rule["status"] in ("done", "exempt"), name
            assert rule["comment"], name


def test_exceptions() -> None:
    used: set[str] = {f"unreachable_{reason}" for reason in get_args(Reason.__value__)}
    used |= {f"key_file_{reason}" for reason in get_args(FileProblem.__value__)}
    used |= {f"sync_{key}" for key in problem_keys()}
    used |= {f"mapping_{reason}" for reason in (*Wrong, *Fault)}
    used |= {f"mappings_file_{reason}" for reason in ("too_large", "not_json", "shape")}
    for tree in trees(COMPONENT):
        for _, call in calls(tree):
            if keyword(call, "translation_domain") is not None:
                used.update(constants(keyword(call, "translation_key")))
    used |= {key for _, key in errors._KEYS}
    # Those are issues.
    used -= set(TEXTS["issues"]) - set(TEXTS["exceptions"])
    assert used == set(TEXTS["exceptions"])


def test_exception_placeholders() -> None:
    """Nothing is asked for that the code does not give."""
    problem = {"account", "before", "detail", "list", "now", "service"}
    other = {"account", "detail", "file", "reason", "title"}
    for key, texts in TEXTS["exceptions"].items():
        given = problem if key.startswith("sync_") else other
        if key == "sync_store_unusable":
            given = {"list", "reason"}
        if key == "nothing_to_undo":
            given = {"list"}
        if key in ("sync_first_plan", "sync_large_plan"):
            given = {"list", "entries", "episodes"}
        assert placeholders(texts["message"]) <= given, key


def test_issues() -> None:
    told = {opening.KEY_LOST, issues_sign_in.SIGN_IN_ENDING}
    noticed = {*told, opening.STORE_DAMAGED, opening.STORE_RESTORED, *WITH_OWN_FLOWS}
    assert set(issues.RULES) | noticed == set(TEXTS["issues"])
    fixable = {key for key, rule in issues.RULES.items() if rule.check_again}
    fixable |= noticed - told
    for key, texts in TEXTS["issues"].items():
        assert texts["title"]
        assert ("fix_flow" in texts) is (key in fixable)
        assert ("description" in texts) is (key not in fixable)
        for path, text in leaves(texts):
            given = {"account", "date", "detail", "file", "list"}
            if key in (FIRST_PLAN, LARGE_PLAN) and "fix_flow" in path:
                given = {"entries", "episodes", "in_step", "name", "review", "saves", "titles"}
            if key == issues.STORE_UNUSABLE:
                given = {"reason"}
            if key in WITH_OWN_FLOWS:
                given = WITH_OWN_FLOWS[key]
            asked = {name.removesuffix(SUFFIX) for name in placeholders(text)}
            assert asked <= given, (key, path)


def test_issues_are_problems() -> None:
    """Each rule is for a problem that a report may carry."""
    assert set(issues.RULES) | issues.REAUTH <= problem_keys()


def test_fix_flows() -> None:
    """Each step, error and abort of the fix flows has its text."""
    tree = ast.parse((COMPONENT / "repairs.py").read_text())
    steps = {text for _, call in calls(tree) for text in constants(keyword(call, "step_id"))}
    aborts = {text for _, call in calls(tree) for text in constants(keyword(call, "reason"))}
    aborts.discard("action")  # of a sync
    for key, rule in issues.RULES.items():
        if rule.check_again and key not in (FIRST_PLAN, LARGE_PLAN):
            flow = TEXTS["issues"][key]["fix_flow"]
            assert set(flow["step"]) == steps
            assert set(flow["abort"]) == aborts
            assert set(flow["error"]) == {"still_there"}


@pytest.mark.parametrize(
    ("key", "file", "error"),
    [
        (issues.REVIEW_WAITING, "repair_review.py", "mapping_refused"),
        (issues_mappings.MAPPINGS_MISSING, "repair_mappings.py", "still_there"),
        (issues_mappings.MAPPINGS_OLD, "repair_mappings.py", "still_there"),
    ],
)
def test_fix_flows_of_mappings(key: str, file: str, error: str) -> None:
    tree = ast.parse((COMPONENT / file).read_text())
    flow = TEXTS["issues"][key]["fix_flow"]
    steps = {text for _, call in calls(tree) for text in constants(keyword(call, "step_id"))}
    aborts = {text for _, call in calls(tree) for text in constants(keyword(call, "reason"))}
    # Those of the database and the key file, as in every flow.
    aborts |= {f"key_file_{reason}" for reason in get_args(FileProblem.__value__)}
    assert set(flow["step"]) == steps
    assert set(flow["abort"]) == aborts | {"store_unusable", "store_too_new"}
    assert set(flow["error"]) == {error}
    for step in flow["step"].values():
        assert set(step.get("data", {})) == set(step.get("data_description", {}))


def test_words() -> None:
    """What stands inside of other texts is there for each reason."""
    planned = {
        *("conflict", "in_doubt", "not_on_tracker", "ordering", "placement_changed"),
        "score_refused",
    }
    reasons = {str(reason) for reason in ReviewReason} - {"ignored"} | planned
    assert set(TEXTS["selector"]["review_reason"]["options"]) == reasons
    assert set(TEXTS["selector"]["review_empty"]["options"]) == {"candidates", "known"}
    (named,) = TEXTS["selector"]["review_others"]["options"].values()
    assert placeholders(named) == {"titles"}
    failures = {*get_args(Refusal.__value__), *get_args(get_args(Failure.__value__)[1])}
    assert set(TEXTS["selector"]["table_trouble"]["options"]) == failures


@pytest.mark.parametrize("key", [FIRST_PLAN, LARGE_PLAN])
def test_fix_flow_of_a_waiting_plan(key: str) -> None:
    tree = ast.parse((COMPONENT / "repair_waiting_plan.py").read_text())
    flow = TEXTS["issues"][key]["fix_flow"]
    steps = {text for _, call in calls(tree) for text in constants(keyword(call, "step_id"))}
    aborts = {text for _, call in calls(tree) for text in constants(keyword(call, "reason"))}
    assert set(flow["step"]) == steps
    assert set(flow["abort"]) == aborts - {"action"}
    assert set(flow["step"]["init"]["menu_options"]) == {"approve", "later"}


@pytest.mark.parametrize("service", SCHEMAS)
def test_services(service: str) -> None:
    """The action's schema, its form, its texts and its icons know the same fields."""
    form = SERVICES[service].get("fields", {})
    sections = {name: row["fields"] for name, row in form.items() if "fields" in row}
    fields = {name for name in form if name not in sections}
    for section in sections.values():
        fields |= set(section)
    schema = {str(key.schema) for key in SCHEMAS[service].schema}
    assert fields == schema - TARGET_FIELDS
    assert ("target" in SERVICES[service]) is bool(schema & TARGET_FIELDS)
    texts = TEXTS["services"][service]
    assert set(texts["fields"]) == fields
    assert set(texts.get("sections", {})) == set(sections)
    assert all(row["name"] and row["description"] for row in texts["fields"].values())
    assert set(ICONS["services"][service].get("sections", {})) == set(sections)


def test_services_are_the_same_everywhere() -> None:
    assert set(SERVICES) == set(SCHEMAS) == set(TEXTS["services"]) == set(ICONS["services"])


def test_selectors_of_services() -> None:
    """Each option of a select has its text."""
    for row in SERVICES.values():
        for name, form in row.get("fields", {}).items():
            for field in form.get("fields", {name: form}).values():
                if select := (field.get("selector") or {}).get("select"):
                    texts = TEXTS["selector"][select["translation_key"]]["options"]
                    assert set(select["options"]) == set(texts)


def test_icons_are_of_the_one_set() -> None:
    for path, icon in leaves(ICONS):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path


def test_system_health() -> None:
    tree = ast.parse((COMPONENT / "system_health.py").read_text())
    keys = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant)
    }
    keys |= {
        node.slice.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    }
    assert keys - {"type", "error"} == set(TEXTS["system_health"]["info"])


FLOWS = (TEXTS["config"], *TEXTS["config_subentries"].values())
"""What the flows of accounts, and of their lists and pairings, say."""


def flow_trees() -> Iterator[ast.AST]:
    yield from trees(COMPONENT, "config_flow.py")
    yield from trees(COMPONENT / "flows")


def flow_keys(part: str) -> set[str]:
    return {key for texts in FLOWS for key in texts.get(part, {})}


def composed_in_flows() -> list[re.Pattern[str]]:
    """Return what the keys look like that the flows put together."""
    found: list[re.Pattern[str]] = []
    for tree in flow_trees():
        for node in ast.walk(tree):
            match node:
                case ast.JoinedStr(values=[ast.Constant(value=str(first)), *_] as parts):
                    if re.fullmatch(r"[a-z0-9_]{3,}", first):
                        texts = (
                            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"\w+"
                            for part in parts
                        )
                        found.append(re.compile("".join(texts)))
    return found


def strings_of_flows() -> set[str]:
    """Return every text that stands in the code of the flows, steps by their methods as well."""
    found: set[str] = set()
    for tree in flow_trees():
        for node in ast.walk(tree):
            match node:
                case ast.Constant(value=str(text)):
                    found.add(text)
                case ast.AsyncFunctionDef(name=name):
                    found.add(name.removeprefix("async_step_"))
    return found


def test_steps_of_flows() -> None:
    steps: set[str] = set()
    actions: set[str] = set()
    for tree in flow_trees():
        for name, call in calls(tree):
            if name == "async_show_progress":
                actions.update(constants(keyword(call, "progress_action")))
            else:
                steps.update(constants(keyword(call, "step_id")))
    assert steps
    assert steps <= flow_keys("step")
    assert actions <= flow_keys("progress")


def test_errors_of_flows() -> None:
    """What a flow says of what was entered, or at its end."""
    said: set[str] = set()
    ended: set[str] = set()
    for tree in flow_trees():
        for name, call in calls(tree):
            first = call.args[0] if call.args else None
            if name in ("FlowProblem", "Trouble"):
                said.update(constants(first))
            if name == "AbortFlow":
                ended.update(constants(first))
            if name == "async_abort":
                ended.update(constants(keyword(call, "reason")))
    assert said
    assert said <= flow_keys("error")
    assert ended
    assert ended <= flow_keys("abort")


@pytest.mark.parametrize("part", ["step", "error", "abort", "progress"])
def test_nothing_of_flows_is_left_over(part: str) -> None:
    asked = strings_of_flows()
    asked |= {f"key_file_{reason}" for reason in get_args(FileProblem.__value__)}
    asked |= {f"unreachable_{reason}" for reason in get_args(Reason.__value__)}
    # Home Assistant's own.
    asked |= {"reauth_successful", "reconfigure_successful", "pick_implementation", "auth"}
    composed = composed_in_flows()
    assert not {
        key
        for key in flow_keys(part) - asked
        if not any(pattern.fullmatch(key) for pattern in composed)
    }


def test_fields_of_flows() -> None:
    """Every field has a name and says what it is for; menus have a text for each way."""
    for texts in FLOWS:
        for step, form in texts["step"].items():
            assert set(form.get("data", {})) == set(form.get("data_description", {})), step
            for name, section in form.get("sections", {}).items():
                assert section["name"], name
                assert set(section["data"]) == set(section["data_description"]), name
            assert form.get("title") or form.get("description") or form.get("menu_options"), step


def test_subentries_say_what_they_are() -> None:
    for kind, texts in TEXTS["config_subentries"].items():
        assert texts["entry_type"], kind
        assert texts["initiate_flow"]["user"], kind
