"""From the names that addresses have to the ids that do not change (R9)."""

from __future__ import annotations

from ..clients.trakt import ME, TraktClient
from .errors import as_errors_of_a_list
from .source import ListClients
from .spec import ListSpec
from .trakt_list import look


async def settle(spec: ListSpec, clients: ListClients) -> ListSpec:
    """Return the same list, named by ids that do not change.

    Asks the service where it has to: also about a list on Trakt that is named by its number, which
    may be private. Raises what reading the list raises.
    """
    with as_errors_of_a_list():
        match spec.kind:
            case "imdb_watchlist" if "profile" in spec.ref:
                user = await clients.imdb.user_of(spec.ref["profile"])
                return ListSpec(spec.kind, {"user": user})
            case "trakt_list" if "owner" not in spec.ref:
                return await _trakt_list(spec, clients.needed_trakt(spec.ref.get("user")))
            case "trakt_watchlist" if "id" not in spec.ref:
                return await _trakt_watchlist(spec, clients.needed_trakt(spec.ref["user"]))
    return spec


async def _trakt_list(spec: ListSpec, trakt: TraktClient) -> ListSpec:
    if "slug" in spec.ref:
        owner: str | None = spec.ref["user"]
        info = await trakt.list_info(spec.ref["slug"], owner)
    else:
        info, owner = await look(trakt, spec.ref["id"], None)
    ref = {"id": str(info.id)}
    if not info.is_public:
        # To be read under its owner: as ME, which stays when a person is renamed, if it is one's own.
        is_own = owner == ME or (trakt.is_signed_in and (await trakt.me()).slug == info.owner)
        ref["owner"] = ME if is_own else info.owner
    return ListSpec(spec.kind, ref)


async def _trakt_watchlist(spec: ListSpec, trakt: TraktClient) -> ListSpec:
    asked = spec.ref["user"]
    if trakt.is_signed_in:
        me = await trakt.me()
        if asked in (ME, me.slug):
            return ListSpec(spec.kind, {"user": ME, "id": me.id})
    user = await trakt.user(asked)
    return ListSpec(spec.kind, {"user": user.slug or asked, "id": user.id})
