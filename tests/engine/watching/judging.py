"""What a sync may do to an anime: everything else is objected to."""

from datetime import date

from custom_components.media_list_sync.engine.watching.scores import rating_of

from .titles import TITLES, TRACKERS
from .told import reached

LEFT_TO_SCROBBLERS = 30 * 60


def judge(life, policy, told, step):
    """See that a step of a sync is one of those things that it may do."""
    before, now = step.before, step.now
    if now.listed != before.listed:
        assert policy.to_anilist, f"wrong direction: {step}"
        _judge_save(life, policy, told, step)
    for where in TRACKERS:
        for at, count in enumerate(now.plays(where)):
            if count != before.plays(where)[at]:
                _judge_play(life, policy, told, step, where, at)
    if now.ratings != before.ratings:
        assert policy.scores, f"no scores: {step}"
        assert policy.to_tracker, f"wrong direction: {step}"
        assert now.rating(step.on) == rating_of(now.listed.score), step
    assert not now.is_dropped or before.is_dropped or policy.dropped, step


def bear(told, step):
    """Bear with what a sync did without knowing what had happened a moment before."""
    told.sides.add("race")
    told.agrees = False
    told.is_gone &= step.now.listed == step.before.listed
    if step.now.listed is not None and step.now.listed.status == "COMPLETED":
        told.completes(0)
    for at, count in enumerate(step.now.plays(step.on)):
        if count > step.before.plays(step.on)[at]:
            told.unmarked.discard((step.on, at))
            told.ours[at] += step.on == "trakt"


def _judge_play(life, policy, told, step, where, at):
    was, anime = step.before.plays(where)[at], step.anime
    assert policy.to_tracker, f"wrong direction: {step}"
    assert where == step.on, f"the other tracker: {step}"
    assert step.now.plays(where)[at] == was + 1, f"not one play: {step}"
    assert at < max(reached(step.now, anime), told.unlisted), f"nobody said so: {step}"
    assert (where, at) not in told.unmarked, f"W3, marked again: {step}"
    if where == "trakt":
        told.ours[at] += 1
        is_left = life.stamp() - step.changed < LEFT_TO_SCROBBLERS
        assert step.is_late or not is_left, f"W8, too early: {step}"
    if was:
        assert where == "trakt", f"a play twice: {step}"
        assert policy.replays, f"a play twice: {step}"
        assert told.ours[at] <= 1 + told.rewatches, f"W4, once too often: {step}"
        *others, added = life.days_on_trakt(anime, at)
        assert added not in others, f"W4, told by a scrobbler, too: {step}"


def _judge_save(life, policy, told, step):
    on, anime, before, now = step.on, step.anime, step.before.listed, step.now.listed
    assert now is not None, f"deleted: {step}"
    assert not told.is_gone, f"W7, back again: {step}"
    was = 0 if before is None else before.progress
    assert now.progress >= was, f"W1, lowered: {step}"
    for at in range(was, now.progress):
        is_absent = policy.skip_missing and at not in life.there(on, anime)
        was_seen = step.now.plays(on)[at] or (on, at) in told.once
        assert was_seen or is_absent, f"W2, nobody saw episode {at + 1}: {step}"
    if before is None:
        assert policy.add, f"not to be added: {step}"
        assert now.status in ("CURRENT", "COMPLETED"), step
    elif now.status != before.status:
        assert now.status in ("CURRENT", "COMPLETED"), step
        assert before.status not in ("DROPPED", "COMPLETED"), f"W5: {step}"
        assert (before.status, now.status) != ("REPEATING", "CURRENT"), f"W4: {step}"
    elif before.status in ("PLANNING", "PAUSED"):
        assert now.progress == was, f"W5, not going on: {step}"
    if before is not None:
        _judge_repeat(told, step)
        _judge_dates(told, step)
        assert now.score == before.score or policy.scores, f"no scores: {step}"
    if now.status == "COMPLETED" and (before is None or before.status != "COMPLETED"):
        assert now.progress == TITLES[anime].total, f"W6: {step}"
        assert life.anilist.state.media[anime].status == "FINISHED", f"W6: {step}"
        assert (on, TITLES[anime].total - 1) in told.once, f"W6, an echo: {step}"
        assert not told.is_reopened, f"W6, complete once more: {step}"
        told.completes(life.stamp())


def _judge_repeat(told, step):
    before, now = step.before.listed, step.now.listed
    if before.status == "REPEATING":
        is_over = now.status == "COMPLETED"
        assert now.repeat - before.repeat == is_over, f"W4, not counted once: {step}"
        told.rewatches += is_over
    elif now.repeat != before.repeat:
        assert now.repeat == before.repeat + 1, step
        told.rewatches += 1
        told.repeats += 1
        assert told.repeats <= told.most_repeats(), f"W14, counted twice: {step}"


def _judge_dates(told, step):
    before, now = step.before.listed, step.now.listed
    for was, day in ((before.started, now.started), (before.completed, now.completed)):
        if day != was:
            assert not any(was) or day < was, f"W9, later: {step}"
            assert date(*day) in told.days, f"W9, nothing was played then: {step}"
