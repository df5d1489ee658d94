"""What has to hold of an anime once both pairings have nothing to do any more."""

from custom_components.media_list_sync.engine.watching.policy import Conflict

from .titles import TITLES, TRACKERS
from .told import reached

A_DAYS_WORTH = 12


def judge_rest(life, policies, told, anime, seen):
    """See that it is as people left it, and that both sides agree where nobody went back."""
    what = f"anime {anime}: {told.rested} -> {told.seen} -> {seen}"
    if told.rested is not None:
        _judge_cause(told, anime, seen, what)
        if not told.in_review:
            _judge_rewatch(policies, told, seen, what)
    assert not (told.is_gone and seen.listed), f"W7, back again: {what}"
    for where, at in told.unmarked:
        assert not seen.plays(where)[at], f"W3, marked again: {what}"
    is_followed = all(policy.conflict is Conflict.FURTHER for policy in policies.values())
    told.agrees &= len(told.sides) < 2 or is_followed
    if told.agrees and not told.in_review:
        for where in TRACKERS:
            _judge_agreement(life, policies[where], told, anime, where, seen)


def _judge_cause(told, anime, seen, what):
    """See that nothing changed of itself, and that the side that changed is followed (W1)."""
    before, then = told.rested, told.seen
    if not told.sides:
        assert seen == before, f"without a cause: {what}"
    if len(told.sides) != 1 or before.listed is None:
        return
    (side,) = told.sides
    if side == "anilist":
        assert _is_as_said(before.listed, then.listed, seen.listed, TITLES[anime].total), (
            f"W1, not what was said: {what}"
        )
    if side in TRACKERS:
        assert seen.plays(side) == then.plays(side), f"W1, not what was played: {what}"
        assert then.rating(side) in (None, seen.rating(side)), f"W1, not what was rated: {what}"


def _is_as_said(before, then, now, total):
    """Whether an entry says what the person said, or what follows from it.

    What had been played of a rewatch, with something missing in between, counts once a person says
    that they have seen that, too; and an anime that is over is completed.
    """
    if now is None or then is None or then.status not in ("CURRENT", "REPEATING"):
        return now == then
    if then.status == "REPEATING":
        return now.progress >= then.progress
    is_completed = now.status == "COMPLETED" and then.progress == total
    return now == then or (is_completed and before.status != "COMPLETED")


def _judge_rewatch(policies, told, seen, what):
    """See that what was seen once more is counted, and told where a person wants that (W4)."""
    before, then = told.rested.listed, told.seen and told.seen.listed
    if before is None or before.status != "COMPLETED" or then is None:
        return
    for on, policy in policies.items():
        plays = list(zip(told.rested.plays(on), seen.plays(on), strict=True))
        is_again = all(0 < was < now for was, now in plays)
        if told.sides == {on} and policy.to_anilist and told.is_dated and is_again:
            assert seen.listed.repeat > before.repeat, f"W14, not counted: {what}"
        is_counted = then.status == "COMPLETED" and then.repeat == before.repeat + 1
        is_told = policy.replays and policy.to_tracker and len(plays) <= A_DAYS_WORTH
        if told.sides == {"anilist"} and is_counted and is_told:
            assert all(was + 1 == now for was, now in plays if was), f"W4, not told: {what}"


def _judge_agreement(life, policy, told, anime, where, seen):
    there = life.there(where, anime)
    played = {at for at, count in enumerate(seen.plays(where)) if count}
    what = f"{where} does not agree, anime {anime}: {told.rested} -> {told.seen} -> {seen}"
    if seen.listed is None:
        assert not (policy.to_anilist and policy.add and 0 in played), what
        return
    if seen.listed.status == "REPEATING":
        return
    far = reached(seen, anime)
    if policy.to_tracker and seen.listed.status != "PLANNING":
        assert played >= set(range(far)) & there, what
    if not policy.to_anilist or told.is_skipped:
        return
    joined = played | (set(range(far)) if policy.to_tracker else set())
    if joined >= set(range(far)):
        assert far not in played, what
        if far == TITLES[anime].total and seen.listed.status == "CURRENT":
            is_over = life.anilist.state.media[anime].status == "FINISHED"
            assert not (is_over and life.is_theirs(told, where, anime, far - 1)), f"W6, {what}"
