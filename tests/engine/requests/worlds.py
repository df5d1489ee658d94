"""Made-up worlds for the planner: a server's library, its ledger, lists and policies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from custom_components.media_list_sync.engine.ledger import WHOLE, Ledger, LedgerKey, LedgerRow
from custom_components.media_list_sync.engine.model import (
    Ids,
    LibraryRow,
    ListItem,
    MediaStatus,
    MediaType,
    Part,
    Quality,
    SeasonRow,
    ShowDetails,
    ShowSeason,
    TitleKey,
)
from custom_components.media_list_sync.engine.requests.plan import (
    ListedTitle,
    Offer,
    Plan,
    PlanInputs,
    PlannedList,
)
from custom_components.media_list_sync.engine.requests.policy import Policy, SeasonRule
from custom_components.media_list_sync.engine.store.allowances import Allowance

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NUMBERS = range(1, 7)

keys = st.builds(TitleKey, st.sampled_from(MediaType), st.sampled_from(NUMBERS))
times = st.integers(-40, 0).map(lambda days: NOW + timedelta(days=days))
statuses = st.sampled_from(MediaStatus)
users = st.sampled_from([None, 2])

policies = st.builds(
    Policy,
    media_types=st.sampled_from([frozenset(MediaType), frozenset({MediaType.SHOW})]),
    seasons=st.sampled_from(SeasonRule),
    first_seasons=st.integers(1, 3),
    include_episodes=st.booleans(),
    qualities=st.sampled_from([(Quality.HD,), (Quality.UHD,), (Quality.HD, Quality.UHD)]),
    user_id=users,
    max_requests=st.none() | st.integers(0, 4),
)


@st.composite
def listed(draw):
    key = draw(keys)
    part = draw(st.sampled_from(Part)) if key.media_type is MediaType.SHOW else Part.WHOLE
    return ListedTitle(
        ListItem(
            media_type=key.media_type,
            ids=Ids(tmdb=key.tmdb),
            title=f"{key.media_type} {key.tmdb}",
            part=part,
            season=draw(st.integers(0, 5)) if part is not Part.WHOLE else None,
        ),
        draw(st.sampled_from([key, key, key, None])),
        candidates=draw(st.integers(0, 2)),
        returned_at=draw(st.none() | times),
    )


@st.composite
def libraries(draw):
    rows = {}
    for key in draw(st.sets(keys, max_size=8)):
        seasons: tuple[SeasonRow, ...] = ()
        if key.media_type is MediaType.SHOW:
            seasons = tuple(
                SeasonRow(number, draw(statuses), draw(statuses))
                for number in sorted(draw(st.sets(st.integers(1, 5), max_size=4)))
            )
        rows[key] = LibraryRow(key, draw(statuses), draw(statuses), seasons=seasons)
    return rows


@st.composite
def ledgers(draw):
    rows: Ledger = {}
    for _ in range(draw(st.integers(0, 8))):
        key = draw(keys)
        season = WHOLE
        if key.media_type is MediaType.SHOW:
            season = draw(st.sampled_from([WHOLE, 0, 1, 2, 3]))
        rows[LedgerKey(key, season, draw(st.sampled_from(Quality)))] = LedgerRow(
            seen=draw(statuses),
            requested_at=draw(st.none() | times),
            taken_back_at=draw(st.none() | times),
        )
    return rows


shows = st.dictionaries(
    st.sampled_from(NUMBERS),
    st.lists(
        st.builds(
            ShowSeason,
            number=st.integers(0, 5),
            episodes=st.integers(0, 12),
            air_date=st.sampled_from([None, "2020-01-01", "2026-11-20", "2027-05-01"]),
        ),
        unique_by=lambda season: season.number,
        max_size=5,
    ),
).map(
    lambda found: {
        tmdb: ShowDetails(tmdb, f"show {tmdb}", tuple(seasons), ended=False)
        for tmdb, seasons in found.items()
    }
)


@st.composite
def inputs(draw, max_lists=3):
    lists = tuple(
        PlannedList(
            f"list {number}",
            draw(policies),
            tuple(draw(st.lists(listed(), max_size=8))),
            can_act=draw(st.sampled_from([True, True, False])),
        )
        for number in range(draw(st.integers(1, max_lists)))
    )
    return PlanInputs(
        lists=lists,
        library=draw(libraries()),
        ledger=draw(ledgers()),
        now=NOW,
        offer=Offer(draw(st.booleans()), draw(st.booleans()), draw(st.booleans())),
        shows=draw(shows),
        baselines={
            (lst.job_id, tmdb): draw(st.integers(0, 5))
            for lst in lists
            for tmdb in draw(st.sets(st.sampled_from(NUMBERS), max_size=3))
        },
        excluded=frozenset(draw(st.sets(keys, max_size=2))),
        allowances={
            (user, media_type): Allowance(draw(st.integers(0, 4)), NOW + timedelta(hours=6))
            for user, media_type in draw(
                st.sets(st.tuples(users, st.sampled_from(MediaType)), max_size=2)
            )
        },
    )


def carried_out(given: PlanInputs, plan: Plan) -> PlanInputs:
    """Return the world after every action of a plan has been accepted by the server."""
    ledger = dict(given.ledger)
    allowances = dict(given.allowances)
    for action in plan.actions:
        for season in (WHOLE, *action.seasons):
            key = LedgerKey(action.key, season, action.quality)
            ledger[key] = replace(
                ledger.get(key, LedgerRow()), requested_at=given.now, taken_back_at=None
            )
        who = (action.user_id, action.key.media_type)
        if who in allowances:
            left = allowances[who]
            spent = len(action.seasons) or 1
            allowances[who] = replace(left, remaining=left.remaining - spent)
    return replace(
        given,
        ledger=ledger,
        allowances=allowances,
        baselines={**given.baselines, **plan.baselines},
    )
