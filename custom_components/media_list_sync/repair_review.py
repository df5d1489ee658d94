"""Entries that need a person, one after the other, each with the titles that it may be."""

from __future__ import annotations

from collections.abc import Iterable
import re
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .account_anilist import AniListRuntime
from .coordinator import PairingCoordinator
from .engine.faults import MOST_EPISODES
from .engine.identity.candidates import Candidate
from .engine.identity.manual import MappingRefused, Wrong, target_id
from .engine.model import SyncRequest
from .engine.placement import Provider, TargetId
from .engine.store import reviews
from .engine.store.manual import ManualMapping
from .engine.store.reviews import Review
from .engine.watch import Named
from .engine.watching import held
from .flows.base import async_shared, store_kept
from .issues import ACCOUNT_ID, LIST_ID
from .mapping import Place, ask_for_syncs, async_candidates, make, put
from .markdown import plain, short, with_markdown
from .words import async_messages, async_words

MOST = 100
"""Entries that are gone through in one go."""

ANSWERS = {"conflict": ["anilist", "tracker"], "in_doubt": ["mark", "leave"]}
"""Reasons for which nobody asks what an entry is, but which side counts, or what became of it."""

CONF_TARGET = "target"
CONF_SEASON = "season"
CONF_FIRST_EPISODE = "first_episode"

_NOTHING = {CONF_TARGET: ""}
"""What stands in the form at first. With no word of it the user interface takes the first title."""

_TARGET = re.compile(r"(\w+):(tt\d+|\d+)", re.ASCII)
_SHOWN = {
    Provider.TVDB_SHOW: "TVDB",
    Provider.TMDB_SHOW: "TMDB",
    Provider.TMDB_MOVIE: "TMDB",
    Provider.IMDB_MOVIE: "IMDb",
    Provider.ANIDB: "AniDB",
    Provider.ANILIST: "AniList",
    Provider.MAL: "MAL",
}


class ReviewFlow(RepairsFlow):
    """Shows an entry with the reason; what the person says of it holds, and the next one comes."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: list[Review] = []
        self._left = 0
        self._candidates: tuple[Candidate, ...] = ()

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the first entry."""
        pairing = self._pairing()
        if pairing is None:
            return self.async_abort(reason="not_loaded")
        shared = await async_shared(self.hass)
        with store_kept():
            rows = await shared.store.run(reviews.load, (pairing.job_id,), MOST)
        # One entry may be there for two reasons.
        self._waiting = list({row.anilist: row for row in reversed(rows)}.values())[::-1]
        return await self._next()

    async def _next(self) -> RepairsFlowResult:
        pairing = self._pairing()
        if pairing is None:
            return self.async_abort(reason="not_loaded")
        if not self._waiting:
            if self._left:
                return self.async_abort(reason="left")
            return self.async_create_entry(data={})
        shared = await async_shared(self.hass)
        row = self._waiting[0]
        with store_kept():
            found = await async_candidates(shared.store, pairing.subentry.data, (row.anilist,))
        self._candidates = found.get(row.anilist, ())
        return await self.async_step_entry()

    async def async_step_entry(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Show the entry, and what can be done about it."""
        answers = ANSWERS.get(self._waiting[0].reason, ["place", "ignore"])
        return self.async_show_menu(
            step_id="entry",
            menu_options=[*answers, "skip", "stop"],
            description_placeholders=await self._shown(),
        )

    async def async_step_place(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask which title it is, and from where on."""
        errors: dict[str, str] = {}
        why = ""
        if user_input is not None:
            try:
                await self._place(user_input)
            except MappingRefused as error:
                errors["base"] = "mapping_refused"
                messages = await async_messages(self.hass)
                why = messages[f"mapping_{error.reason}"].format(detail=error.detail)
            else:
                return await self._done()
        return self.async_show_form(
            step_id="place",
            data_schema=self.add_suggested_values_to_schema(self._form(), user_input or _NOTHING),
            errors=errors,
            description_placeholders={**await self._shown(), "why": why},
        )

    async def async_step_ignore(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Leave the entry alone from now on, in all pairings."""
        shared = await async_shared(self.hass)
        mapping = ManualMapping(self._waiting[0].anilist, None, "", dt_util.utcnow())
        with store_kept():
            await shared.store.run(put, (mapping,))
        return await self._done()

    async def async_step_mark(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Have episodes in doubt marked as watched."""
        return await self._settle(mark=True)

    async def async_step_leave(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave episodes in doubt unmarked."""
        return await self._settle(mark=False)

    async def async_step_anilist(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Have AniList count in a conflict."""
        return await self._prefer("anilist")

    async def async_step_tracker(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Have the tracker count in a conflict."""
        return await self._prefer("tracker")

    async def async_step_skip(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave the entry for another time."""
        self._waiting.pop(0)
        self._left += 1
        return await self._next()

    async def async_step_stop(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Leave the rest for another time."""
        return self.async_abort(reason="left")

    async def _place(self, given: dict[str, Any]) -> None:
        season, first = given.get(CONF_SEASON), given.get(CONF_FIRST_EPISODE)
        place = Place(
            self._target(given[CONF_TARGET]),
            None if season is None else int(season),
            None if first is None else int(first),
        )
        shared = await async_shared(self.hass)
        with store_kept():
            await shared.store.run(make, self._waiting[0].anilist, place, "", dt_util.utcnow())

    async def _settle(self, *, mark: bool) -> RepairsFlowResult:
        row = self._waiting[0]
        shared = await async_shared(self.hass)
        with store_kept():
            await shared.store.run(held.answer, row.job_id, row.anilist, mark=mark)
        return await self._done()

    async def _prefer(self, side: str) -> RepairsFlowResult:
        """Have the entry synced with one side counting, and go on with the next one."""
        row = self._waiting.pop(0)
        pairing = self._pairing()
        if pairing is None:
            return self.async_abort(reason="not_loaded")
        request = SyncRequest("action", anilist=row.anilist, prefer=side)
        pairing.runner.request(pairing.job_id, request)
        pairing.runner.due_now(pairing.job_id)
        return await self._next()

    async def _done(self) -> RepairsFlowResult:
        """Have the entry synced with what was said, and go on with the next one."""
        row = self._waiting.pop(0)
        ask_for_syncs(self.hass, row.anilist)
        return await self._next()

    def _form(self) -> vol.Schema:
        # The user interface shows the value of what was chosen, not its label.
        options = list(map(_label, self._candidates))
        number = NumberSelector(
            NumberSelectorConfig(min=0, max=MOST_EPISODES, mode=NumberSelectorMode.BOX)
        )
        return vol.Schema(
            {
                vol.Required(CONF_TARGET): SelectSelector(
                    SelectSelectorConfig(
                        options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN
                    )
                ),
                vol.Optional(CONF_SEASON): number,
                vol.Optional(CONF_FIRST_EPISODE): number,
            }
        )

    async def _shown(self) -> dict[str, str]:
        """Return what the texts about an entry are filled in with."""
        row = self._waiting[0]
        words = await async_words(self.hass, "review_reason")
        named = await async_words(self.hass, "review_others")
        empty = await async_words(self.hass, "review_empty")
        known = row.target or row.detail or empty["known"]
        lines = [f"- {plain(_label(one))}" for one in self._candidates]
        return {
            **with_markdown({"title": short(row.title), "detail": known}),
            "address": _address(row.anilist),
            "reason": words.get(row.reason, row.reason),
            "others": f" {named['others'].format(titles=_links(row.others))}" if row.others else "",
            "candidates": "\n".join(lines) or empty["candidates"],
            "count": str(len(self._waiting)),
            "example": "tmdb_show:1429",
        }

    def _target(self, text: str) -> TargetId:
        """Return the title that was chosen, or entered as in the example."""
        for one in self._candidates:
            if _label(one) == text:
                return one.offered.target
        found = _TARGET.fullmatch(text.strip())
        if found is None or found[1] not in set(Provider):
            raise MappingRefused(Wrong.TARGET, text)
        return target_id(Provider(found[1]), found[2])

    def _pairing(self) -> PairingCoordinator | None:
        data = self.data or {}
        entry = self.hass.config_entries.async_get_entry(str(data[ACCOUNT_ID]))
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return None
        runtime = entry.runtime_data
        if not isinstance(runtime, AniListRuntime):
            return None
        return runtime.pairings.get(str(data[LIST_ID]))


def _address(anilist: int) -> str:
    return f"https://anilist.co/anime/{anilist}"


def _links(anime: Iterable[Named]) -> str:
    """Return the titles of some anime as links to what they are on AniList."""
    return ", ".join(f"[{plain(one.title)}]({_address(one.anilist)})" for one in anime)


def _label(candidate: Candidate) -> str:
    """Return a title of the tracker with its year, and whose number it is."""
    offered = candidate.offered
    year = f" ({offered.year})" if offered.year else ""
    return (
        f"{short(offered.names[0])}{year} · {_SHOWN[offered.target.provider]} {offered.target.id}"
    )
