"""Drawing histories and policies: evenly, by a seed.

There is time for some hundred histories only. Hypothesis repeats itself a lot in so few, and would
leave out what happens every day; `shortest` stands in for its shrinking.
"""

from collections.abc import Callable
from random import Random

from custom_components.media_list_sync.engine.watching.policy import Conflict, Direction

from . import acts
from .acts import Rest, Sync
from .meanwhile import Meanwhile
from .titles import AIRING, FILMED, LONG, SHORT, TITLES, TRACKERS
from .troubles import Kind, Trouble

SOLE = (SHORT, FILMED, LONG, AIRING)
"""Anime that fill their show, or film: what is rated of it is rated of them."""

_EDITS = (
    *["advance"] * 8,
    *["complete"] * 3,
    *("lower", "repeat", "repeat", "count a repeat", "rate", "rate"),
    *("PAUSED", "PAUSED", "DROPPED", "CURRENT", "CURRENT", "PLANNING"),
)
_FOLLOWS = (
    (Rest(),),
    (Rest(),),
    (),
    (),
    (Sync("plex"),),
    (Sync("trakt"),),
    (Sync("plex"), Sync("trakt")),
    (Sync("trakt"), Sync("plex", full=True)),
)
"""What comes of something at once."""


def policies(random: Random) -> dict[str, dict[str, object]]:
    """Draw how each tracker is kept in step with AniList."""
    return {
        on: {
            "direction": random.choice([Direction.BOTH] * 5 + list(Direction)),
            "conflict": random.choice([Conflict.FURTHER] * 5 + list(Conflict)),
            "scores": random.random() < 0.5,
            "add": random.random() < 0.5,
            "dropped": on == "trakt" and random.random() < 0.5,
            "replays": on == "trakt" and random.random() < 0.5,
            "skip_missing": random.random() < 0.2,
        }
        for on in TRACKERS
    }


def history(random: Random) -> list:
    """Draw what happens to an anime, or to two."""
    cast = random.sample(sorted(TITLES), random.choice((1, 1, 2)))
    drawn = [act for anime in cast for act in _start(random, anime)]
    if random.random() < 0.7:
        drawn.append(Rest())  # mostly, everything is in step once
    for _ in range(random.randint(3, 9)):
        drawn += [*_acts(random, random.choice(cast)), *random.choice(_FOLLOWS)]
    return drawn


def _start(random, anime):
    """Draw how an anime stood before there were pairings."""
    edit, watch = acts.Edit, acts.Watch
    if anime == AIRING and random.random() < 0.5:
        return (acts.Air(),) * 3  # all of it, but nobody says yet that it is over
    return random.choice(
        [
            (),
            (edit(anime, "advance", 2),),
            (edit(anime, "PLANNING"), edit(anime, "advance", 1)),
            (edit(anime, "advance", 3), acts.Edit(anime, "lower", 9)),
            (edit(anime, "complete"),),
            (watch(anime, ("plex",), 2),),
            (watch(anime, ("trakt",), 2),),
            (watch(anime, ("trakt",), 16),),
            (edit(anime, "advance", 1), watch(anime, ("plex",), 3)),
            (edit(anime, "PLANNING"),),
        ]
    )


def _acts(random, anime):
    """Draw something that happens to an anime, or a few things that belong together."""
    if random.random() < 0.3:
        return random.choice(_SCENES)(random, anime)
    kinds: dict[Callable, int] = {
        _watch: 8,
        _edit: 8,
        _broken: 5,
        _interrupted: 4,
        _rerun: 3,
        _unmark: 3,
        _wait: 2,
        _unlist: 1,
        _files: 1,
        _undo: 2,
        _rate: 4 if anime in SOLE else 0,
        _air: 6 if anime == AIRING else 0,
    }
    (make,) = random.choices(list(kinds), list(kinds.values()))
    return (make(random, anime),)


def _both_say_so(random, anime):
    """Let somebody enter what a scrobbler tells Trakt right then, while a sync is about to."""
    count = random.choice((1, 2))
    scrobbles = acts.Watch(anime, ("trakt",), count)
    at = random.choice((1, 2, 2, 3))
    return (
        acts.Edit(anime, "advance", count),
        acts.Wait(1),
        Sync("trakt", meanwhile=Meanwhile(scrobbles, at, is_after=random.random() < 0.8)),
    )


def _said_meanwhile(random, anime):
    """Let somebody edit an entry that a sync is about to save."""
    on = random.choice(TRACKERS)
    says = acts.Edit(anime, random.choice(("advance", "advance", "complete", "DROPPED")), 8)
    meanwhile = Meanwhile(says, random.choice((1, 1, 2, 3)), 15, is_after=True)
    return acts.Watch(anime, (on,), 2), Sync(on, meanwhile=meanwhile)


def _goes_on_without(random, anime):
    """Let a file be deleted, watched or not, and somebody watch on."""
    lost = acts.Files(anime, random.choice((0, 0, 1, 2, 9)), is_lost=True)
    return Rest(), lost, acts.Watch(anime, ("plex",), random.choice((2, 3)))


def _late(random, anime):
    """Let something be written of which nobody hears, and which is carried out a while later."""
    on = random.choice(TRACKERS)
    return (
        acts.Edit(anime, "advance", 2),
        acts.Wait(1),
        Sync(on, trouble=Trouble(Kind.LATE, 1, writes=True)),
        Sync(on),
    )


def _begins_anew(random, anime):
    """Let somebody begin a rewatch on AniList, and watch it."""
    return (
        acts.Edit(anime, "complete"),
        Rest(),
        acts.Edit(anime, "repeat"),
        Sync(random.choice(TRACKERS)),
        acts.Wait(1),
        acts.Watch(anime, _where(random), 16, again=True),
    )


def _watches_again(random, anime):
    """Let somebody watch all of it, and once more: soon, or a while later."""
    on = random.choice(TRACKERS)
    return (
        acts.Watch(anime, (on,), 16),
        Sync(on),
        acts.Wait(random.choice((3, 6, 30, 200))),
        acts.Watch(anime, (on,), 16, again=True),
    )


_SCENES = (_both_say_so, _said_meanwhile, _goes_on_without, _late, _begins_anew, _watches_again)


def _watch(random, anime):
    return acts.Watch(
        anime,
        _where(random),
        random.choice((1, 1, 2, 3, 16)),
        skip=random.random() < 0.1,
        is_dated=random.random() < 0.9,
    )


def _rerun(random, anime):
    return acts.Watch(anime, _where(random), random.choice((16, 16, 1)), again=True)


def _where(random):
    return random.choice([("plex",), ("trakt",), ("plex",), ("trakt",), TRACKERS])


def _edit(random, anime):
    return acts.Edit(anime, random.choice(_EDITS), random.choice((1, 1, 2, 3, 8)))


def _unmark(random, anime):
    return acts.Unmark(anime, random.choice(TRACKERS), random.randint(0, 15))


def _unlist(random, anime):
    return acts.Unlist(anime)


def _files(random, anime):
    return acts.Files(anime, random.randint(0, 15), random.random() < 0.6)


def _rate(random, anime):
    return acts.Rate(anime, random.choice(TRACKERS), random.randint(1, 10))


def _air(random, anime):
    return acts.Air()


def _wait(random, anime):
    return acts.Wait(random.choice((0.01, 0.6, 6, 11, 11.5, 25, 200)))


def _undo(random, anime):
    return acts.Undo(random.choice(TRACKERS))


def _broken(random, anime):
    at = random.randint(1, random.choice((6, 30)))
    trouble = Trouble(random.choice(list(Kind)), at, writes=random.random() < 0.5)
    return Sync(random.choice(TRACKERS), random.random() < 0.5, trouble)


def _interrupted(random, anime):
    make = random.choice((_watch, _watch, _edit, _unmark))
    meanwhile = Meanwhile(
        make(random, anime),
        random.randint(1, 8),
        random.choice((15, 0, 60)),
        is_after=random.random() < 0.5,
    )
    return Sync(random.choice(TRACKERS), random.random() < 0.5, meanwhile=meanwhile)


def shortest(happened: list, fails: Callable[[list], object]) -> list:
    """Return what is left of a history when all is left out without which it fails as well."""
    at = 0
    while at < len(happened):
        rest = happened[:at] + happened[at + 1 :]
        if fails(rest):
            happened = rest
        else:
            at += 1
    return happened
