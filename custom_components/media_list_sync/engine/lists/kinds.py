"""The kinds of lists there are. Forms, documentation and the reading are made from this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from . import imdb_chart, trakt_chart
from .imdb_chart import ImdbBoxOfficeSource, ImdbChartSource
from .imdb_csv import CsvFileSource, UploadSource
from .imdb_list import ImdbListSource, ImdbWatchlistSource
from .source import ListClients, ListSource
from .spec import ListSpec
from .trakt_chart import TraktChartSource
from .trakt_list import TraktListSource
from .trakt_watchlist import TraktWatchlistSource


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKind:
    """A kind of list.

    `curated`: people put titles on it and take them off, so that a title which comes back is
    wanted again; a chart is not. `choices`: the charts there are, as translation keys.
    """

    kind: str
    service: Literal["imdb", "trakt", "file"]
    curated: bool
    build: Callable[[ListSpec, ListClients], ListSource]
    choices: tuple[str, ...] = ()

    @property
    def needs_trakt(self) -> bool:
        """Whether it can only be read with a Trakt account."""
        return self.service == "trakt"


def _csv(spec: ListSpec, clients: ListClients) -> ListSource:
    if "upload" in spec.ref:
        return UploadSource(clients, spec.ref["upload"])
    return CsvFileSource(clients, spec.ref["path"])


_KINDS = (
    ListKind(
        kind="imdb_list",
        service="imdb",
        curated=True,
        build=lambda spec, clients: ImdbListSource(clients.imdb, spec.ref["id"]),
    ),
    ListKind(
        kind="imdb_watchlist",
        service="imdb",
        curated=True,
        build=lambda spec, clients: ImdbWatchlistSource(clients.imdb, spec.ref["user"]),
    ),
    ListKind(
        kind="imdb_chart",
        service="imdb",
        curated=False,
        choices=tuple(imdb_chart.CHARTS),
        build=lambda spec, clients: ImdbChartSource(clients.imdb, spec.ref["chart"]),
    ),
    ListKind(
        kind="imdb_box_office",
        service="imdb",
        curated=False,
        build=lambda _, clients: ImdbBoxOfficeSource(clients.imdb),
    ),
    ListKind(kind="imdb_csv", service="file", curated=True, build=_csv),
    ListKind(
        kind="trakt_list",
        service="trakt",
        curated=True,
        build=lambda spec, clients: TraktListSource(clients, spec.ref["id"], spec.ref.get("owner")),
    ),
    ListKind(
        kind="trakt_watchlist",
        service="trakt",
        curated=True,
        build=lambda spec, clients: TraktWatchlistSource(clients, spec.ref["user"]),
    ),
    ListKind(
        kind="trakt_chart",
        service="trakt",
        curated=False,
        choices=tuple(trakt_chart.CHARTS),
        build=lambda spec, clients: TraktChartSource(clients, spec.ref["chart"]),
    ),
)
KINDS: Final[Mapping[str, ListKind]] = MappingProxyType({kind.kind: kind for kind in _KINDS})


def build(spec: ListSpec, clients: ListClients) -> ListSource:
    """Return the list that a settled spec names. Asks nothing of anybody."""
    return KINDS[spec.kind].build(spec, clients)
