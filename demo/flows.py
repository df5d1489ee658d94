"""Walking through a config flow over Home Assistant's API, as a person clicks through its forms."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .problem import DemoProblem

if TYPE_CHECKING:
    from .assistant import Assistant, Json

ENTRIES = "config/config_entries/flow"
SUBENTRIES = "config/config_entries/subentries/flow"
FIXES = "repairs/issues/fix"

MOST_STEPS = 30
WAIT_SECONDS = 90
"""How long a step may show that something is in progress."""
_LOOK_AGAIN = 0.5


@dataclass(frozen=True, slots=True)
class Pick:
    """One of a field's options, by a part of what the person reads there, or by the `whole`."""

    label: str
    whole: bool = False

    def fits(self, label: str) -> bool:
        """Say whether this is the option."""
        return self.label == label if self.whole else self.label in label


@dataclass(slots=True)
class Answers:
    """What is chosen and typed.

    `choices` are options of menus, in any order. `values` are by the field's name, or by step and
    name ("server.movie_4k") where a name comes more than once; a field that is not named keeps
    what the form shows. `meanwhile` is called with a step that shows progress, or leads to another
    site; `look` with a menu. `reason`: what a flow is called to end with that adds nothing.
    """

    choices: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    meanwhile: Callable[[Json], Awaitable[None]] | None = None
    look: Callable[[Json], None] | None = None
    reason: str | None = None
    used: set[str] = field(default_factory=set)

    def value(self, step: str, name: str) -> tuple[bool, Any]:
        """Return whether a field is to be filled in, and with what."""
        for key in (f"{step}.{name}", name):
            if key in self.values:
                self.used.add(key)
                return True, self.values[key]
        return False, None


async def walk(
    assistant: Assistant, path: str, start: Mapping[str, Any] | str, answers: Answers
) -> Json:
    """Walk a flow to its end and return its last step.

    `start` is what begins it, or the id of one that has begun. Raises DemoProblem, in the words of
    the form, where the flow shows an error, asks for what is not answered, or never asks for what
    is.
    """
    if isinstance(start, str):
        step = await assistant.get(f"{path}/{start}")
    else:
        step = await assistant.post(path, start)
    told: str | None = None
    for _ in range(MOST_STEPS):
        match step["type"]:
            case "create_entry" | "abort":
                return _ended(step, answers)
            case "menu":
                if answers.look is not None:
                    answers.look(step)
                step = await _post(assistant, path, step, {"next_step_id": _choose(step, answers)})
            case "form":
                _raise_errors(step)
                step = await _post(assistant, path, step, _fill_in(step, answers))
            case "progress":
                if told != step["step_id"] and answers.meanwhile is not None:
                    told = step["step_id"]
                    await answers.meanwhile(step)
                step = await _wait(assistant, path, step)
            case "external":
                if answers.meanwhile is None:
                    raise DemoProblem(f"The flow leads to {step['url']}.")
                await answers.meanwhile(step)
                step = await _wait(assistant, path, step)
            case "progress_done" | "external_done":
                step = await assistant.get(f"{path}/{step['flow_id']}")
            case other:
                raise DemoProblem(f"The flow shows a step that the demo does not know: {other}")
    raise DemoProblem(f"The flow did not end within {MOST_STEPS} steps.")


def _ended(step: Json, answers: Answers) -> Json:
    if step["type"] == "abort" and step["reason"] != answers.reason:
        raise DemoProblem(f"The flow ended with {step['reason']!r}.")
    _expect_all_used(answers)
    return dict(step)


async def _post(assistant: Assistant, path: str, step: Json, body: Mapping[str, Any]) -> Json:
    answer: Json = await assistant.post(f"{path}/{step['flow_id']}", body)
    return answer


async def _wait(assistant: Assistant, path: str, step: Json) -> Json:
    """Wait until a step no longer shows progress, or leads elsewhere."""
    for _ in range(round(WAIT_SECONDS / _LOOK_AGAIN)):
        await asyncio.sleep(_LOOK_AGAIN)
        now: Json = await assistant.get(f"{path}/{step['flow_id']}")
        if now["type"] != step["type"] or now["step_id"] != step["step_id"]:
            return now
    raise DemoProblem(f"The step {step['step_id']} was still busy after {WAIT_SECONDS} seconds.")


def _choose(step: Json, answers: Answers) -> str:
    options = list(step["menu_options"])
    for choice in answers.choices:
        if choice in options:
            return choice
    raise DemoProblem(f"The menu {step['step_id']} offers {', '.join(options)}.")


def _fill_in(step: Json, answers: Answers) -> Json:
    return _fill_in_fields(step["step_id"], step["data_schema"], answers)


def _fill_in_fields(step: str, fields: list[Json], answers: Answers) -> Json:
    """Return what the form sends: what is answered, and else what it shows from the beginning."""
    filled: Json = {}
    for form_field in fields:
        name = form_field["name"]
        if form_field.get("type") == "expandable":
            filled[name] = _fill_in_fields(step, form_field["schema"], answers)
            continue
        answered, value = answers.value(step, name)
        shown = (form_field.get("description") or {}).get("suggested_value")
        if answered:
            filled[name] = _option(form_field, value)
        elif shown is not None:
            filled[name] = shown
        elif "default" in form_field:
            filled[name] = form_field["default"]
        elif form_field.get("required"):
            raise DemoProblem(f"The form {step} asks for {name!r}.")
    return filled


def _option(form_field: Json, value: Any) -> Any:
    """Return the value of an option that is picked by its label."""
    if isinstance(value, list):
        return [_option(form_field, one) for one in value]
    if not isinstance(value, Pick):
        return value
    options = form_field["selector"]["select"]["options"]
    for option in options:
        if value.fits(option["label"]):
            return option["value"]
    labels = ", ".join(option["label"] for option in options)
    raise DemoProblem(f"{form_field['name']} offers {labels}, but not {value.label}.")


def _raise_errors(step: Json) -> None:
    if errors := step.get("errors"):
        words = ", ".join(f"{name}: {error}" for name, error in errors.items())
        raise DemoProblem(
            f"The form {step['step_id']} shows an error ({words}; "
            f"{step.get('description_placeholders')})."
        )


def _expect_all_used(answers: Answers) -> None:
    if unused := set(answers.values) - answers.used:
        raise DemoProblem(f"The flow never asked for {', '.join(sorted(unused))}.")
