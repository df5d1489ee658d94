"""Being told of every exception that is raised, and of every dialog that is shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
import sys
from types import CodeType
from typing import Any
from unittest.mock import patch

from custom_components.media_list_sync.markdown import SUFFIX
from tests.flows import dialog
from tests.flows.dialog import Dialog

OURS = ("custom_components.media_list_sync", "homeassistant.")
"""Whose exceptions are told of. Those of a library are seen by nobody, unless one of these has one
as its cause: then it is told of with it."""

_TOOL = 4
"""Of sys.monitoring's six, one that no debugger, profiler or coverage takes."""


@contextmanager
def of_exceptions(tell: Callable[[BaseException], None]) -> Iterator[None]:
    """Tell of all exceptions, whether or not anybody catches them."""

    def raised(_code: CodeType, _offset: int, error: BaseException) -> None:
        if type(error).__module__.startswith(OURS):
            tell(error)

    sys.monitoring.use_tool_id(_TOOL, "exceptions")
    sys.monitoring.register_callback(_TOOL, sys.monitoring.events.RAISE, raised)
    sys.monitoring.set_events(_TOOL, sys.monitoring.events.RAISE)
    try:
        yield
    finally:
        sys.monitoring.set_events(_TOOL, sys.monitoring.events.NO_EVENTS)
        sys.monitoring.free_tool_id(_TOOL)


@contextmanager
def of_dialogs(tell: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Tell of all that dialogs show: texts' placeholders, and forms with what stands in them.

    Without the code that a person is to enter elsewhere: it has to be shown.
    """
    show = Dialog._show

    def shown(self: Dialog, result: Any) -> Dialog:
        placeholders = dict(result.get("description_placeholders") or {})
        for_people = {"code", f"code{SUFFIX}"}
        placeholders = {name: text for name, text in placeholders.items() if name not in for_people}
        told = {**result, "description_placeholders": placeholders}
        if "data_schema" in result:
            told["data_schema"] = dialog._fields(result)
        tell(told)
        return show(self, result)

    with patch.object(Dialog, "_show", shown):
        yield
