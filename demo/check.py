"""Whether everything came out as it must: what was expected, held against the server's own rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .expected import BEFORE, CALLS, CALLS_UNCHANGED, FIRST_SYNC, IN_4K, NEVER, Destination, Request

if TYPE_CHECKING:
    from .lists import Lists
    from .telling import Plans

type State = Mapping[str, Any]


def after_first_sync(state: State, lists: Lists, plans: Plans) -> Iterator[str]:
    """Yield what is wrong after every list has been synced once."""
    wanted = [request for expected in FIRST_SYNC.values() for request in expected.requests]
    yield from _requests(state, [*BEFORE, *wanted])
    yield from _lists(lists)
    yield from _server(state, len(wanted))
    yield from _never(state)
    yield from _destinations(state)
    yield from _calls(state, CALLS)
    yield from _plans(plans)


def after_second_sync(state: State) -> Iterator[str]:
    """Yield what is wrong after every list has been synced once more, with no list changed."""
    first = [request for expected in FIRST_SYNC.values() for request in expected.requests]
    later = [request for expected in FIRST_SYNC.values() for request in expected.later]
    yield from _requests(state, [*BEFORE, *first, *later])
    yield from _server(state, len(first) + len(later))
    yield from _calls(state, CALLS)


def after_third_sync(state: State, before: State) -> Iterator[str]:
    """Yield what is wrong after every list has been synced although there was nothing to do."""
    yield from _requests(state, map(_request, before["requests"]))
    yield from _calls(state, CALLS_UNCHANGED, before)


def after_deleting(state: State, before: State, title: str) -> Iterator[str]:
    """Yield what is wrong after a title was deleted from the library, and all lists synced."""
    count = Counter(one["title"] for one in state["requests"])[title]
    if count > Counter(one["title"] for one in before["requests"])[title]:
        yield f"{title} was deleted by a person, and requested again"
    more = state["posts"]["201"] - before["posts"]["201"]
    if more:
        yield f"{more} requests were accepted although nothing was missing"


def _requests(state: State, wanted: Iterable[Request]) -> Iterator[str]:
    """Compare all requests of the server with all that there must be, each once."""
    expected = Counter(wanted)
    found = Counter(map(_request, state["requests"]))
    for request, times in (expected - found).items():
        yield f"missing: {_words(request, times)}"
    for request, times in (found - expected).items():
        yield f"not expected: {_words(request, times)}"


def _request(row: Mapping[str, Any]) -> Request:
    return Request(row["title"], tuple(row["seasons"]), row["is4k"], row["user"], row["status"])


def _words(request: Request, times: int) -> str:
    seasons = f" seasons {', '.join(map(str, request.seasons))}" if request.seasons else ""
    quality = " in 4K" if request.is4k else ""
    often = f" ({times} times)" if times > 1 else ""
    return f"{request.title}{seasons}{quality} as {request.user}, {request.status}{often}"


def _lists(lists: Lists) -> Iterator[str]:
    titles = [lst.title for lst in lists.all]
    if titles != list(FIRST_SYNC):
        yield f"the lists are {titles}, not {list(FIRST_SYNC)}"
        return
    for lst in lists.all:
        expected = FIRST_SYNC[lst.title]
        if lst.status != expected.status:
            yield f"{lst.title} is {lst.status}, not {expected.status}"
        for key, count in expected.counts.items():
            if lst.count(key) != count:
                yield f"{lst.title} shows {key} {lst.count(key)}, not {count}"


def _server(state: State, posts: int) -> Iterator[str]:
    """Look at how the server was treated."""
    if state["crashed"]:
        yield "a request has crashed the server"
    if state["overlapping_posts"]:
        yield f"{state['overlapping_posts']} requests were posted while another was under way"
    accepted = state["posts"].get("201", 0)
    if accepted != posts:
        yield f"{accepted} requests were accepted, not {posts}"
    for status in state["posts"]:
        # 202: there already; 403: over the quota, which the server tells when it is asked.
        if status not in ("201", "202", "403"):
            yield f"{state['posts'][status]} requests were answered {status}"


def _never(state: State) -> Iterator[str]:
    """Look for what must not be requested. One that was declined before has that one request."""
    before = Counter(request.title for request in BEFORE)
    found = Counter(one["title"] for one in state["requests"] if not one["is4k"])
    for title in NEVER:
        if found[title] > before[title]:
            yield f"{title} was requested, which must not be"


def _destinations(state: State) -> Iterator[str]:
    """Look where what was wanted in 4K was sent: to where a person chose in the form."""
    for one in state["requests"]:
        sent_to = Destination(one["server"], one["profile"], one["root_folder"], tuple(one["tags"]))
        if one["is4k"] and sent_to != IN_4K:
            yield f"{one['title']} in 4K was sent to {sent_to}, not to {IN_4K}"


def _plans(plans: Plans) -> Iterator[str]:
    """Look at what a dry run would do now: only what a limit has left."""
    for plan in plans.values():
        expected = FIRST_SYNC.get(plan["list"])
        if expected is None:
            continue
        planned = {one["title"] for one in plan["plan"] if one["outcome"] == "request"}
        later = {request.title for request in expected.later}
        for title in sorted(later - planned):
            yield f"{plan['list']} would not request {title} with its next sync"
        for title in sorted(planned - later - set(expected.over_quota)):
            yield f"{plan['list']} would request {title} once more"


def _calls(
    state: State, most: Mapping[str, Mapping[str, int]], before: State | None = None
) -> Iterator[str]:
    """Compare how often each service was asked with how often is enough."""
    for service, kinds in state["counts"].items():
        known = before["counts"][service] if before is not None else {}
        for kind, limit in most.get(service, {}).items():
            times = kinds.get(kind, 0) if kind else sum(kinds.values())
            times -= known.get(kind, 0) if kind else sum(known.values())
            if times > limit:
                yield f"{service} was asked {kind or 'in all'} {times} times; {limit} is enough"
