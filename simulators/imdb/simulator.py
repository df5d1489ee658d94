"""The service itself: its state, and what tests and the demo do to it."""

from __future__ import annotations

from datetime import UTC, datetime
import json
import re
from typing import TYPE_CHECKING, Any

from aiohttp import web

from simulators.base import Simulator
from simulators.titles import ORIGINAL_TITLES

from .answers import answer
from .browser import looks_like_a_browser, turned_away
from .charts import box_office, chart_page, default_charts
from .errors import ErrorCode, RefusedError, UnfitError
from .lists import WATCHLIST, ImdbList
from .titles import ODDITIES, ImdbTitle, from_catalog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulators.catalog import CatalogTitle

    from .answers import Resolver

OWNER = "ur00000001"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


class ImdbSimulator(Simulator):
    """IMDb's GraphQL at `POST /`, without sign-in, for what looks like a browser.

    `lists` and `watchlists` (by `ls…` and by `ur…`) and `charts` (by IMDb's name of the chart, and
    BOX_OFFICE) hold IMDb ids. Ids are those of `catalog`, of `ODDITIES` and of what `add_title`
    added; any other is a KeyError. Charts that are not given are made from the catalogue.
    """

    name = "IMDb"

    def __init__(
        self,
        catalog: Iterable[CatalogTitle] = (),
        *,
        lists: Mapping[str, Sequence[str]] | None = None,
        watchlists: Mapping[str, Sequence[str]] | None = None,
        charts: Mapping[str, Sequence[str]] | None = None,
        originals: Mapping[str, str] = ORIGINAL_TITLES,
    ) -> None:
        super().__init__()
        known = [from_catalog(title, originals) for title in catalog]
        self.titles: dict[str, ImdbTitle] = {
            title.imdb: title for title in (*known, *ODDITIES) if title is not None
        }
        self.lists: dict[str, ImdbList] = {}
        self._watchlists: dict[str, str] = {}
        self._profiles: dict[str, str] = {}
        self._charts = default_charts(title for title in known if title is not None)
        for list_id, ids in (lists or {}).items():
            self.add_list(list_id, f"List {list_id}", ids)
        for user, ids in (watchlists or {}).items():
            self.add_watchlist(user, ids)
        for chart, ids in (charts or {}).items():
            self.set_chart(chart, ids)

    def routes(self) -> list[web.RouteDef]:
        """Return the only route."""
        return [web.post("/", self._graphql)]

    # What tests and the demo do.

    def add_title(self, title: ImdbTitle) -> None:
        """Let a title exist that the catalogue does not have."""
        self.titles[title.imdb] = title

    def add_list(
        self,
        list_id: str,
        name: str,
        imdb_ids: Iterable[str] = (),
        *,
        visibility: str = "PUBLIC",
        modified: datetime | None = None,
        user: str = OWNER,
    ) -> ImdbList:
        """Make a list of titles, in this order; an id may come twice."""
        if not _is_list_id(list_id):
            raise ValueError(f"{list_id} is not the id of a list")
        made = ImdbList(list_id, name, user, visibility, modified or BEGINNING)
        made.enter(self._found(imdb_ids))
        self.lists[list_id] = made
        return made

    def add_people_list(self, list_id: str, name: str) -> ImdbList:
        """Make a list of people: it holds no titles."""
        made = self.add_list(list_id, name)
        made.kind = "PEOPLE"
        return made

    def add_watchlist(
        self,
        user: str,
        imdb_ids: Iterable[str] = (),
        *,
        profile: str | None = None,
        visibility: str = "PUBLIC",
        modified: datetime | None = None,
    ) -> ImdbList:
        """Make the watchlist of `ur…`, and let the profile `p.…` lead to that user.

        A watchlist is a list too, with an `ls…` of its own.
        """
        list_id = f"ls{990_000_000 + len(self._watchlists):09d}"
        made = self.add_list(
            list_id, WATCHLIST, imdb_ids, visibility=visibility, modified=modified, user=user
        )
        self._watchlists[user] = list_id
        if profile is not None:
            self.add_profile(profile, user)
        return made

    def add_profile(self, profile: str, user: str) -> None:
        """Let the profile `p.…` lead to the user `ur…`."""
        self._profiles[profile] = user

    def watchlist_of(self, user: str) -> ImdbList:
        """Return the watchlist of `ur…`."""
        return self.lists[self._watchlists[user]]

    def add_titles(self, list_id: str, imdb_ids: Iterable[str]) -> None:
        """Put titles at the end of a list."""
        self.lists[list_id].enter(self._found(imdb_ids))
        self.lists[list_id].touch()

    def remove_title(self, list_id: str, imdb_id: str) -> None:
        """Take a title from a list, every time that it is there."""
        changed = self.lists[list_id]
        kept = [item for item in changed.items if item.title.imdb != imdb_id]
        if len(kept) == len(changed.items):
            raise ValueError(f"{imdb_id} is not on {list_id}")
        changed.items = kept
        changed.touch()

    def make_private(self, list_id: str) -> None:
        """Hide a list from everyone but its owner, who is never signed in here."""
        self.lists[list_id].visibility = "PRIVATE"

    def make_public(self, list_id: str) -> None:
        """Show a list again."""
        self.lists[list_id].visibility = "PUBLIC"

    def delete_list(self, list_id: str) -> None:
        """Delete a list, or a user's watchlist."""
        del self.lists[list_id]

    def read_empty_once(self, list_id: str) -> None:
        """Answer the next read of a list's titles with none, without an error and for no reason."""
        self.lists[list_id].reads_empty += 1

    def set_chart(self, chart: str, imdb_ids: Iterable[str]) -> None:
        """Set what is on a chart, best first."""
        if chart not in self._charts:
            raise ValueError(f"{chart} is none of {', '.join(self._charts)}")
        self._charts[chart] = self._found(imdb_ids)

    def _found(self, imdb_ids: Iterable[str]) -> list[ImdbTitle]:
        return [self.titles[imdb_id] for imdb_id in imdb_ids]

    # What the service does.

    async def _graphql(self, request: web.Request) -> web.Response:
        if not looks_like_a_browser(request.headers):
            return turned_away()
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        status = 200
        try:
            told = answer(body, self._roots())
        except UnfitError as refusal:
            status, told = refusal.status, refusal.body
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return web.Response(text=text, status=status, content_type="application/json")

    def _roots(self) -> Mapping[str, Resolver]:
        return {
            "list": self._list,
            "predefinedList": self._predefined_list,
            "userProfile": self._user_profile,
            "chartTitles": self._chart_titles,
            "boxOfficeWeekendChart": self._box_office,
        }

    def _list(self, arguments: Mapping[str, Any]) -> object:
        list_id = arguments["id"]
        if not _is_list_id(list_id):
            raise RefusedError(ErrorCode.BAD_USER_INPUT, f"Invalid list id {list_id}")
        found = self.lists.get(list_id)
        if found is None:
            raise RefusedError(ErrorCode.RESOURCE_NOT_FOUND, f"List {list_id} not found")
        return _shown(found)

    def _predefined_list(self, arguments: Mapping[str, Any]) -> object:
        user = arguments["userId"]
        if not re.fullmatch(r"ur\d+", user):
            raise RefusedError(ErrorCode.BAD_USER_INPUT, f"Invalid user id {user}")
        # Null, without an error, for a user without a watchlist, be it one who does not exist.
        found = self.lists.get(self._watchlists.get(user, ""))
        return None if found is None else _shown(found)

    def _user_profile(self, arguments: Mapping[str, Any]) -> object:
        profile = arguments["input"]["profileId"]
        if not re.fullmatch(r"p\.[A-Za-z0-9]+", profile):
            raise RefusedError(ErrorCode.BAD_USER_INPUT, f"Invalid profile id {profile}")
        user = self._profiles.get(profile)
        if user is None:
            raise RefusedError(ErrorCode.RESOURCE_NOT_FOUND, f"Profile {profile} not found")
        return {"userId": user, "profileId": profile, "username": {"text": "viewer"}}

    def _chart_titles(self, arguments: Mapping[str, Any]) -> object:
        chart = arguments["chart"]["chartType"]
        return chart_page(chart, self._charts[chart], arguments)

    def _box_office(self, arguments: Mapping[str, Any]) -> object:
        limit = arguments["limit"]
        if limit < 1:
            raise RefusedError(ErrorCode.BAD_USER_INPUT, "limit must be positive")
        return box_office(self._charts["BOX_OFFICE"], limit)


def _is_list_id(text: str) -> bool:
    return re.fullmatch(r"ls\d{6,}", text) is not None


def _shown(found: ImdbList) -> dict[str, object]:
    if found.visibility != "PUBLIC":
        raise RefusedError(ErrorCode.FORBIDDEN, "Permission denied")
    return found.fields()
