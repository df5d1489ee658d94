"""Who watches over a life: knows what people did, and runs what syncs there are."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import journal, reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from custom_components.media_list_sync.engine.watching.policy import Conflict

from .house import ZONE
from .judging import bear, judge
from .meanwhile import Interruption, Sight
from .resting import judge_rest
from .titles import TITLES, TRACKERS, Seen
from .told import WHOLE, Told, reached
from .troubles import Kind

ROUNDS = 5
"""So many times both pairings may be synced until they are at rest, at most."""
LATE = timedelta(seconds=90)
"""So long after its connection broke, at most, is a request carried out."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a sync of a pairing, or a part of one, did to an anime.

    `changed`: when the entry had last changed before. `is_late`: it was asked for a while ago.
    """

    on: str
    anime: int
    before: Seen
    now: Seen
    changed: int
    is_late: bool


class Witness:
    """Sees what people do and what syncs do."""

    def __init__(self, life, policies):
        self.life = life
        self.policies = policies
        self.told = {anime: Told() for anime in TITLES}
        self._acted = set()
        self._late, self._late_since = "plex", life.clock.time
        """The pairing of which something is carried out late, and since when it was asked for."""
        self._sight = Sight(life.clock)
        self._before: dict[int, Seen] = {}
        self._changed: dict[int, int] = {}

    # What people do.

    def acts(self, anime, side):
        self.told[anime].sides.add(side)
        self._acted.add(anime)
        self._sight.acts(anime, side)

    def plays(self, where, anime, at, *, is_dated):
        told, life = self.told[anime], self.life
        self.acts(anime, where)
        told.is_dated &= is_dated
        told.is_gone = told.is_reopened = False
        told.unmarked.discard((where, at))
        told.once.add((where, at))
        told.days.add(life.clock.time.astimezone(ZONE).date())
        told.played.append(life.stamp())
        if where == "plex":
            told.on_plex.add(at)
        seen = life.seen(anime)
        if not all(seen.plays(where)[reached(seen, anime) : at]):
            told.is_skipped = True

    def edits(self, anime, values):
        told, entry = self.told[anime], self.life.entry(anime)
        was_at_rest = told.is_at_rest
        self.acts(anime, "anilist")
        told.is_gone = False
        status = values.get("status")
        if status is not None:
            was_complete = entry is not None and entry.status == "COMPLETED"
            told.is_reopened |= was_at_rest and was_complete
            told.is_reopened &= status not in WHOLE
        if status == "COMPLETED" and told.complete_since is None:
            told.completes(self.life.stamp())
        if entry is None or status is None:
            told.rewatches += "repeat" in values
            return
        if status == "REPEATING" and entry.status != "REPEATING":
            told.rewatches += 1
        elif values.get("progress", entry.progress) < entry.progress or (
            entry.status in WHOLE and status not in WHOLE
        ):
            told.agrees = False
        if status == "PLANNING" and entry.progress:
            told.agrees = False

    def unlists(self, anime):
        told = self.told[anime]
        told.is_gone = told.is_at_rest
        told.unlisted = max(told.unlisted, reached(self.life.seen(anime), anime))
        told.agrees = False
        self.acts(anime, "anilist")

    def unmarks(self, where, anime, at):
        """An episode is no longer watched there at all."""
        told = self.told[anime]
        told.agrees = False
        if where == "plex":
            told.on_plex.discard(at)
        rested = told.rested
        if told.sides != {where} or rested is None or rested.listed is None:
            return
        if rested.listed.status != "PLANNING" and rested.plays(where)[at]:
            told.unmarked.add((where, at))

    def files(self, anime):
        self.told[anime].agrees &= self.told[anime].is_at_rest
        self.acts(anime, "files")

    async def happen(self, act):
        """Let something happen, before which services have caught up."""
        if not act.is_sync:
            await self._catch_up()
        await act.happen(self.life, self)
        self._remember()

    def _remember(self):
        for anime in self._acted:
            self.told[anime].seen = self.life.seen(anime)
        self._acted.clear()

    # What syncs do.

    async def sync(self, on, trouble=None, meanwhile=None, **asked):
        """Sync a pairing, and see that all that it does may be done."""
        life = self.life
        life.clock.time += timedelta(seconds=20)
        is_late = trouble is not None and trouble.kind is Kind.LATE
        is_old = life.troubles.waits and life.clock.time - self._late_since >= LATE
        if is_late or is_old:
            await self._catch_up()
        if is_late:
            self._late, self._late_since = on, life.clock.time

        async def happen(act, after):
            self._look(on)
            await self._catch_up()
            life.clock.time += after
            await act.happen(life, self)
            self._remember()
            self._note()

        interruption = Interruption(meanwhile, self._sight, happen)
        self._sight.begin()
        with self._watched(on):
            report = await life.keep(on, trouble, interruption, **asked)
        await interruption.happen()
        return report

    async def undo(self, on):
        """Take a sync back: what that changes is what the person says from then on."""
        life = self.life
        before, own = life.all_seen(), life.own_on_trakt()
        life.clock.time += timedelta(seconds=20)
        await life.keep(on, undo=True)
        assert life.own_on_trakt() == own, "a person's play is undone"
        for anime, now in life.all_seen().items():
            if now == before[anime]:
                continue
            told = self.told[anime]
            told.agrees = False
            was_at_rest = told.is_at_rest
            for where in TRACKERS:
                for at, count in enumerate(now.plays(where)):
                    if count == before[anime].plays(where)[at]:
                        continue
                    is_theirs = where == "plex" and at in told.on_plex
                    assert not is_theirs, "what a person played is undone"
                    told.ours[at] -= where == "trakt"
                    if was_at_rest and not count:
                        told.unmarked.add((where, at))
            self.acts(anime, "anilist" if was_at_rest else "undo")

    async def _catch_up(self):
        with self._watched(self._late, is_late=True):
            await self.life.catch_up()

    @contextmanager
    def _watched(self, on, *, is_late=False):
        self._note()
        yield
        self._look(on, is_late=is_late)

    def _note(self):
        """Remember how all is before a sync, or a part of one."""
        self._before = self.life.all_seen()
        self._changed = {
            anime: entry.updated_at for anime in TITLES if (entry := self.life.entry(anime))
        }

    def _look(self, on, *, is_late=False):
        """See what a sync did since."""
        for anime, now in self.life.all_seen().items():
            if now != self._before[anime]:
                changed = self._changed.get(anime, 0)
                step = Step(on, anime, self._before[anime], now, changed, is_late)
                if anime in self._sight.raced:
                    bear(self.told[anime], step)
                else:
                    judge(self.life, self.policies[on], self.told[anime], step)
        self._note()

    # Rest.

    async def rest(self):
        """Sync both pairings until there is nothing left to do, and look at what came of it."""
        await self._catch_up()
        for _ in range(ROUNDS):
            if await self._round(timedelta(hours=6), full=True):
                break
        else:
            raise AssertionError("never at rest")
        now = self.life.all_seen()
        for after in (timedelta(minutes=10), timedelta(days=2)):
            assert await self._round(after), "W8, an echo"
            assert self.life.all_seen() == now, "changed without a cause"
        assert await self.life.store.run(journal.open_entries) == ()
        rows = await self.life.store.run(reviews.load, ["pairing_plex", "pairing_trakt"], 100)
        assert {row.reason for row in rows} <= {"conflict"}, rows
        in_review = {(row.anilist, row.job_id.removeprefix("pairing_")) for row in rows}
        assert all(self.policies[on].conflict is Conflict.ASK for _, on in in_review), rows
        for anime, seen in now.items():
            told = self.told[anime]
            conflicts = {on for one, on in in_review if one == anime}
            is_open = told.in_review or len(told.sides) > 1
            assert is_open or not conflicts, f"no conflict: {told}"
            told.in_review |= conflicts
            judge_rest(self.life, self.policies, told, anime, seen)
            told.rests(seen, conflicts)

    async def _round(self, after, **asked):
        """Sync both once; say whether nothing had to be done, and nothing was in the way."""
        is_quiet = True
        for on in TRACKERS:
            self.life.clock.time += after
            self.life.forget_requests()
            report = await self.sync(on, **asked)
            is_quiet &= (
                report.status is JobStatus.COMPLETED
                and not any(self.life.writes().values())
                and report.counts["new"] == 0
                and report.counts[WatchOutcome.UPDATE] == 0
            )
        return is_quiet
