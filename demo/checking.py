"""The demo's check: sync, look, meddle, sync again, look again; watch on Plex, look at AniList."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from simulators import household as home

from . import check, live, telling, watched
from .lists import Lists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .running import Demo


async def judge(demo: Demo, lists: Lists, say: Callable[[str], None]) -> list[str]:
    """Return what is not as it must be: after the first syncs, after more, after changes."""
    say("letting Trakt have what AniList has from Plex, and all come to rest")
    wrong = await live.go_on_to_trakt(demo, lists)
    await demo.quiet()
    lists = await Lists.read(demo.assistant)
    plans = await demo.plans()
    first = await demo.services.state()
    seen = watched.after_first_sync(first)
    _show(telling.lists_table(lists, plans))
    _show(telling.requests_table(first["requests"]))
    _show(telling.others_table(lists, plans))
    _show(telling.pairings_table(lists))
    _show(telling.watched_table(seen))
    _show(telling.review_table(lists, plans))
    _show(telling.calls_table(first["counts"]))
    wrong += [f"first sync: {what}" for what in check.after_first_sync(first, lists, plans)]
    wrong += [f"first sync: {what}" for what in watched.wrong_with(seen)]
    wrong += [f"first sync: {what}" for what in watched.of_pairings(first, lists, plans)]
    listed = watched.listed_after_first_sync()
    wrong += [f"first sync: {what}" for what in watched.wrong_on_anilist(first, listed)]

    say("syncing again, with nothing changed but what a limit had left")
    await demo.sync()
    second = await demo.services.state()
    wrong += [f"second sync: {what}" for what in check.after_second_sync(second)]

    say("syncing once more, with nothing left to do")
    await demo.sync()
    third = await demo.services.state()
    _show(telling.calls_table(_more(third, second)))
    wrong += [f"third sync: {what}" for what in check.after_third_sync(third, second)]
    wrong += [f"third sync: {what}" for what in watched.wrong_with(watched.after_first_sync(third))]

    wrong += [f"third sync: {what}" for what in watched.wrong_on_anilist(third, listed)]

    wrong += [f"live: {what}" for what in await live.watch_on_plex(demo, lists, say)]
    return wrong + await _after_changes(demo, lists, say)


async def _after_changes(demo: Demo, lists: Lists, say: Callable[[str], None]) -> list[str]:
    """Change something everywhere, sync, and return what is not as it must be."""
    third = await demo.services.state()
    title = home.FILM_NIGHT_MISSING[0]
    say(f"letting all that is on its way arrive, and deleting {title}")
    say("watching an episode on AniList, and unmarking another on Plex")
    await demo.services.tell("/anilist/watch", watched.ONE_MORE)
    await demo.services.tell("/plex/unmark", watched.UNMARKED)
    await demo.services.tell("/seerr/available", {})
    await demo.sync()
    await demo.services.tell("/seerr/delete", {"imdb": home.imdb_ids(title)[0]})
    # What was unmarked shows only when a library is read whole.
    plex, trakt = lists.pairings
    await demo.read_whole(plex.id)
    await demo.sync()
    await demo.sync_entry(trakt.id, watched.ONE_MORE["anime"])
    fourth = await demo.services.state()
    wrong = [f"after deleting: {what}" for what in check.after_deleting(fourth, third, title)]
    wrong += [f"after watching: {what}" for what in watched.wrong_with(watched.after_more(fourth))]
    listed = watched.listed_after_more()
    wrong += [f"after watching: {what}" for what in watched.wrong_on_anilist(fourth, listed)]
    lists = await Lists.read(demo.assistant)
    _show(telling.lists_table(lists, await demo.plans()))
    _show(telling.pairings_table(lists))
    return wrong


def _show(text: str) -> None:
    print(f"\n{text}\n", flush=True)


def _more(state: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the calls that were made since."""
    return {
        service: dict(Counter(kinds) - Counter(before["counts"][service]))
        for service, kinds in state["counts"].items()
    }
