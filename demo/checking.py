"""The demo's check: sync, look, meddle, sync again, look again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simulators import household as home

from . import check, telling
from .lists import Lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .running import Demo


async def judge(demo: Demo, lists: Lists, say: Callable[[str], None]) -> list[str]:
    """Return what is not as it must be: after the first syncs, after more, after a deletion."""
    plans = await demo.plans()
    first = await demo.services.state()
    _show(telling.lists_table(lists, plans))
    _show(telling.requests_table(first["requests"]))
    _show(telling.others_table(plans))
    _show(telling.calls_table(first["counts"]))
    wrong = [f"first sync: {what}" for what in check.after_first_sync(first, lists, plans)]

    say("syncing again, with nothing changed but what a limit had left")
    await demo.sync()
    second = await demo.services.state()
    wrong += [f"second sync: {what}" for what in check.after_second_sync(second)]

    say("syncing once more, with nothing left to do")
    await demo.sync()
    third = await demo.services.state()
    _show(telling.calls_table(_more(third, second)))
    wrong += [f"third sync: {what}" for what in check.after_third_sync(third, second)]

    title = home.FILM_NIGHT_MISSING[0]
    say(f"letting all that is on its way arrive, and deleting {title}")
    await demo.services.tell("/seerr/available", {})
    await demo.sync()
    await demo.services.tell("/seerr/delete", {"imdb": home.imdb_ids(title)[0]})
    await demo.sync()
    fourth = await demo.services.state()
    wrong += [f"after deleting: {what}" for what in check.after_deleting(fourth, third, title)]
    _show(telling.lists_table(await Lists.read(demo.assistant), await demo.plans()))
    return wrong


def _show(text: str) -> None:
    print(f"\n{text}\n", flush=True)


def _more(state: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the calls that were made since."""
    return {
        service: dict(Counter(kinds) - Counter(before["counts"][service]))
        for service, kinds in state["counts"].items()
    }
