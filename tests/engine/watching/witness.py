"""Who watches over a life: what each sync may do, and what has to hold once all is at rest."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta

from custom_components.media_list_sync.engine.model import JobStatus
from custom_components.media_list_sync.engine.store import journal, reviews
from custom_components.media_list_sync.engine.watching.plan import WatchOutcome
from custom_components.media_list_sync.engine.watching.policy import Conflict
from custom_components.media_list_sync.engine.watching.scores import rating_of

from .house import ZONE
from .lives import TITLES, TRACKERS, Seen
from .meanwhile import Interruption, Sight
from .troubles import Kind

ROUNDS = 5
"""So many times both pairings may be synced until they are at rest, at most."""
LEFT_TO_SCROBBLERS = 30 * 60
LATE = timedelta(seconds=90)
"""So long after its connection broke, at most, is a request carried out."""
WHOLE = ("COMPLETED", "REPEATING")


@dataclass
class Told:
    """What happened to one anime, as far as it matters for what has to hold.

    `sides`: who acted since all was last at rest; `seen`: how it was right after the last act.
    """

    sides: set[str] = field(default_factory=set)
    seen: Seen | None = None
    agrees: bool = True
    """Whether nobody ever went back on anything, so that both sides should say the same."""
    is_skipped: bool = False
    """Whether an episode was left out: what follows it is no reason to go on."""
    is_gone: bool = False
    """Whether it was deleted, and nothing was played since (W7)."""
    unlisted: int = 0
    """How far it was watched when it was deleted since the last rest: that is not seen at once."""
    unmarked: set[tuple[str, int]] = field(default_factory=set)
    """What a person took back on a tracker (W3)."""
    theirs: set[tuple[str, int]] = field(default_factory=set)
    """What a person played on a tracker."""
    days: set[date] = field(default_factory=set)
    runs: list[float] = field(default_factory=list)
    """When it was played, or said to be complete, since the last rest: a day taken together."""
    repeats: int = 0
    """How often we said since the last rest that it was watched once more."""
    is_reopened: bool = False
    """Whether it is no longer complete, by a person who has played nothing since (W6)."""
    rewatches: int = 0
    """How often it was begun anew, or counted once more, on AniList."""
    ours: Counter = field(default_factory=Counter)
    """How often we added a play of each episode to Trakt."""


class Witness:
    """Knows what people did, runs what syncs there are, and objects to what is not right."""

    def __init__(self, life, policies):
        self.life = life
        self.policies = policies
        self.told = {anime: Told() for anime in TITLES}
        self.rested: dict[int, Seen] = {}
        """How everything was when all was last at rest."""
        self.in_review: set[tuple[int, str]] = set()
        self._acted = set()
        self._late = "plex"
        """The pairing of which something is carried out late."""
        self._late_since = life.clock.time
        self._sight = Sight(life.clock)
        self._before: dict[int, Seen] = {}
        self._changed: dict[int, int] = {}

    # What people do.

    def acts(self, anime, side):
        self.told[anime].sides.add(side)
        self._acted.add(anime)
        self._sight.acts(anime, side)

    def plays(self, where, anime, at):
        told, life = self.told[anime], self.life
        self.acts(anime, where)
        told.is_gone = told.is_reopened = False
        told.unmarked.discard((where, at))
        told.theirs.add((where, at))
        told.days.add(life.clock.time.astimezone(ZONE).date())
        self._runs(told)
        seen = life.seen(anime)
        reached = _reached(seen, anime)
        if any(
            not seen.plays(where)[before]
            and before >= reached
            and before in life.there(where, anime)
            for before in range(at)
        ):
            told.is_skipped = True

    def _runs(self, told):
        now = self.life.clock.time.timestamp()
        if not told.runs or now - told.runs[-1] >= 86_400:
            told.runs.append(now)

    def edits(self, anime, values):
        told, entry = self.told[anime], self.life.entry(anime)
        was_at_rest = self._is_at_rest(anime)
        self.acts(anime, "anilist")
        told.is_gone = False
        status = values.get("status")
        if status is not None:
            was_complete = entry is not None and entry.status == "COMPLETED"
            told.is_reopened |= was_at_rest and was_complete
            told.is_reopened &= status not in WHOLE
        if status == "COMPLETED":
            self._runs(told)
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
        told.is_gone = self._is_at_rest(anime)
        told.unlisted = max(told.unlisted, _reached(self.life.seen(anime), anime))
        told.agrees = False
        self.acts(anime, "anilist")

    def unmarks(self, where, anime, at):
        told = self.told[anime]
        told.agrees = False
        told.theirs.discard((where, at))
        listed = self.rested[anime].listed if self.rested else None
        if told.sides != {where} or not listed or listed.status == "PLANNING":
            return
        if self.rested[anime].plays(where)[at]:
            told.unmarked.add((where, at))

    def files(self, anime):
        self.told[anime].agrees &= self._is_at_rest(anime)
        self.acts(anime, "files")

    def airs(self, anime):
        self.acts(anime, "air")

    def _is_at_rest(self, anime):
        return (
            bool(self.rested)
            and not self.told[anime].sides
            and not any(one == anime for one, _ in self.in_review)
        )

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
        before = self.life.all_seen()
        self.life.clock.time += timedelta(seconds=20)
        await self.life.keep(on, undo=True)
        for anime, now in self.life.all_seen().items():
            if now == before[anime]:
                continue
            told = self.told[anime]
            told.agrees = False
            was_at_rest = self._is_at_rest(anime)
            for where in TRACKERS:
                for at, (count, was) in enumerate(
                    zip(now.plays(where), before[anime].plays(where), strict=False)
                ):
                    if count < was:
                        assert (where, at) not in told.theirs or count, "a person's play is undone"
                        told.ours[at] -= where == "trakt"
                        if was_at_rest and not count:
                            told.unmarked.add((where, at))
            self.acts(anime, "anilist" if was_at_rest else "undo")

    async def _catch_up(self):
        with self._watched(self._late):
            await self.life.catch_up()

    @contextmanager
    def _watched(self, on):
        self._note()
        yield
        self._look(on)

    def _note(self):
        """Remember how all is before a sync, or a part of one."""
        self._before = self.life.all_seen()
        self._changed = {
            anime: entry.updated_at for anime in TITLES if (entry := self.life.entry(anime))
        }

    def _look(self, on):
        """See what a sync did since."""
        for anime, now in self.life.all_seen().items():
            if now != self._before[anime]:
                self._judge(on, anime, self._before[anime], now, self._changed.get(anime, 0))

    def _judge(self, on, anime, before, now, changed):
        """See that what a sync did is one of those things that it may do."""
        told, policy, life = self.told[anime], self.policies[on], self.life
        what = f"{on}, anime {anime}: {before} -> {now}"
        if anime in self._sight.raced:
            self._bear(on, anime, before, now)
            return
        if now.listed != before.listed:
            assert policy.to_anilist, f"wrong direction: {what}"
            self._judge_save(on, anime, before.listed, now, what)
        reached = max(_reached(now, anime), told.unlisted)
        for where in TRACKERS:
            for at, (count, was) in enumerate(
                zip(now.plays(where), before.plays(where), strict=False)
            ):
                if count == was:
                    continue
                assert policy.to_tracker, f"wrong direction: {what}"
                assert where == on, f"the other tracker: {what}"
                assert count == was + 1, f"not one play: {what}"
                assert at < reached, f"nobody said so: {what}"
                assert (where, at) not in told.unmarked, f"W3, marked again: {what}"
                if where == "trakt":
                    told.ours[at] += 1
                    is_left = int(life.clock.time.timestamp()) - changed < LEFT_TO_SCROBBLERS
                    assert not is_left, f"W8, too early: {what}"
                if was:
                    assert where == "trakt", f"a play twice: {what}"
                    assert policy.replays, f"a play twice: {what}"
                    assert told.ours[at] <= 1 + told.rewatches, f"W4, once too often: {what}"
                    *others, added = life.days_on_trakt(anime, at)
                    assert added not in others, f"W4, told by a scrobbler, too: {what}"
        if now.ratings != before.ratings:
            assert policy.scores, f"no scores: {what}"
            assert policy.to_tracker, f"wrong direction: {what}"
            assert now.rating(on) == rating_of(now.listed.score), what
        assert not now.is_dropped or before.is_dropped or policy.dropped, what

    def _bear(self, on, anime, before, now):
        """Bear with what a sync did without knowing what had happened a moment before."""
        told = self.told[anime]
        told.sides.add("race")
        told.agrees = False
        told.is_gone &= now.listed == before.listed
        for at, (count, was) in enumerate(zip(now.plays(on), before.plays(on), strict=True)):
            told.unmarked -= {(on, at)} if count > was else set()
            told.ours[at] += on == "trakt" and count > was

    def _judge_save(self, on, anime, before, seen, what):
        told, policy, total = self.told[anime], self.policies[on], TITLES[anime].total
        now = seen.listed
        assert now is not None, f"deleted: {what}"
        assert not told.is_gone, f"W7, back again: {what}"
        was = 0 if before is None else before.progress
        assert now.progress >= was, f"W1, lowered: {what}"
        for at in range(was, now.progress):
            is_absent = policy.skip_missing and at not in self.life.there(on, anime)
            assert seen.plays(on)[at] or is_absent, f"W2, nobody saw episode {at + 1}: {what}"
        if now.status == "COMPLETED" and (before is None or before.status != "COMPLETED"):
            assert now.progress == total, f"W6: {what}"
            assert self.life.anilist.state.media[anime].status == "FINISHED", f"W6: {what}"
            assert (on, total - 1) in told.theirs, f"W6, an echo: {what}"
            assert not told.is_reopened, f"W6, complete once more: {what}"
        if before is None:
            assert policy.add, f"not to be added: {what}"
            assert now.status in ("CURRENT", "COMPLETED"), what
            return
        assert now.repeat - before.repeat in (0, 1), what
        if now.repeat != before.repeat:
            told.repeats += 1
            told.rewatches += 1
            rested = self.rested[anime].listed if self.rested else None
            was_complete = rested is not None and rested.status in WHOLE
            most = max(len(told.runs) - (not was_complete), before.status == "REPEATING")
            assert told.repeats <= most, f"W14, counted twice: {what}"
        if now.status != before.status:
            assert now.status in ("CURRENT", "COMPLETED"), what
            assert before.status not in ("DROPPED", "COMPLETED"), f"W5: {what}"
            assert (before.status, now.status) != ("REPEATING", "CURRENT"), f"W4: {what}"
            is_rewatched = now.repeat > before.repeat
            assert is_rewatched or before.status != "REPEATING", f"W4, not counted: {what}"
        elif before.status in ("PLANNING", "PAUSED"):
            assert now.progress == was, f"W5, not going on: {what}"
        for date_before, date_now in (
            (before.started, now.started),
            (before.completed, now.completed),
        ):
            if date_now != date_before:
                assert not any(date_before) or date_now < date_before, f"W9, later: {what}"
                assert date(*date_now) in told.days, f"W9, nothing was played then: {what}"
        assert now.score == before.score or policy.scores, f"no scores: {what}"

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
        self.in_review = {(row.anilist, row.job_id.removeprefix("pairing_")) for row in rows}
        assert all(self.policies[on].conflict is Conflict.ASK for _, on in self.in_review), rows
        for anime, seen in now.items():
            self._judge_rest(anime, seen)
        self.rested = now

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

    def _judge_rest(self, anime, seen):
        told = self.told[anime]
        what = f"anime {anime}: {self.rested and self.rested[anime]} -> {told.seen} -> {seen}"
        was_in_review = any(one == anime for one, _ in self.in_review)
        if self.rested:
            self._judge_cause(anime, self.rested[anime], seen, what)
        assert not (told.is_gone and seen.listed), f"W7, back again: {what}"
        for where, at in told.unmarked:
            assert not seen.plays(where)[at], f"W3, marked again: {what}"
        followed = [policy.conflict is Conflict.FURTHER for policy in self.policies.values()]
        if len(told.sides) > 1 and not all(followed):
            told.agrees = False
        if told.agrees and not was_in_review:
            for where in TRACKERS:
                self._judge_agreement(anime, where, seen, what)
        told.sides.clear()
        told.runs.clear()
        told.unlisted = 0
        told.repeats = 0

    def _judge_cause(self, anime, before, seen, what):
        """See that nothing changed of itself, and that the side that changed is followed (W1)."""
        told = self.told[anime]
        if not told.sides:
            assert seen == before, f"without a cause: {what}"
        if len(told.sides) != 1 or told.seen is None:
            return
        (side,) = told.sides
        if side == "anilist" and before.listed is not None:
            is_completed = (
                seen.listed is not None
                and seen.listed.status == "COMPLETED"
                and told.seen.listed is not None
                and told.seen.listed.status in ("CURRENT", "REPEATING")
                and told.seen.listed.progress == TITLES[anime].total
                and before.listed.status != "COMPLETED"
            )
            assert seen.listed == told.seen.listed or is_completed, f"W1, not what was said: {what}"
        if side in TRACKERS and before.listed is not None:
            assert seen.plays(side) == told.seen.plays(side), f"W1, not what was played: {what}"
            rated = told.seen.rating(side)
            assert rated in (None, seen.rating(side)), f"W1, not what was rated: {what}"

    def _judge_agreement(self, anime, where, seen, what):
        policy, told = self.policies[where], self.told[anime]
        there = self.life.there(where, anime)
        played = {at for at, count in enumerate(seen.plays(where)) if count}
        what = f"{where} does not agree, {what}"
        if seen.listed is None:
            assert not (policy.to_anilist and policy.add and 0 in played), what
            return
        if seen.listed.status == "REPEATING":
            return
        reached = _reached(seen, anime)
        if policy.to_tracker and seen.listed.status != "PLANNING":
            assert played >= set(range(reached)) & there, what
        if not policy.to_anilist or told.is_skipped:
            return
        joined = played | (set(range(reached)) if policy.to_tracker else set())
        if joined >= set(range(reached)):
            assert reached not in played, what
        if reached == TITLES[anime].total and seen.listed.status == "CURRENT":
            is_theirs = (where, reached - 1) in told.theirs
            is_over = self.life.anilist.state.media[anime].status == "FINISHED"
            assert not (joined >= set(range(reached)) and is_theirs and is_over), f"W6, {what}"


def _reached(seen, anime):
    """How many episodes an entry says to be watched."""
    if seen.listed is None:
        return 0
    return TITLES[anime].total if seen.listed.status in WHOLE else seen.listed.progress
