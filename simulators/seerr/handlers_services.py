"""Radarr and Sonarr: the servers, profiles, folders and tags that a request may name."""

from __future__ import annotations

from .answers import Answer, RefusedError
from .core import Core
from .endpoints import Call, Endpoint, numbered
from .flavour import Flavour
from .settings import ArrServer
from .tmdb_json import Json


def endpoints(_flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints."""
    return [
        Endpoint("GET", "/service/radarr", radarrs),
        Endpoint("GET", "/service/radarr/{radarrId}", radarr, params=numbered("radarrId")),
        Endpoint("GET", "/service/sonarr", sonarrs),
        Endpoint("GET", "/service/sonarr/{sonarrId}", sonarr, params=numbered("sonarrId")),
    ]


async def radarrs(core: Core, _call: Call) -> Answer:
    """Return the Radarr servers."""
    return Answer([_common(server) for server in core.settings.radarr])


async def sonarrs(core: Core, _call: Call) -> Answer:
    """Return the Sonarr servers. Their tags are always left out here."""
    return Answer(
        [_common(server) | _sonarr(server) | {"activeTags": []} for server in core.settings.sonarr]
    )


async def radarr(core: Core, call: Call) -> Answer:
    """Return a Radarr server with what may be chosen on it, asked of Radarr at that moment."""
    server = _find(core.settings.radarr, call.params["radarrId"])
    if server is None:
        raise RefusedError(404, "Radarr server with provided ID  does not exist.")
    return _detailed(core, server, _common(server))


async def sonarr(core: Core, call: Call) -> Answer:
    """Return a Sonarr server with what may be chosen on it, asked of Sonarr at that moment."""
    server = _find(core.settings.sonarr, call.params["sonarrId"])
    if server is None:
        raise RefusedError(404, "Sonarr server with provided ID does not exist.")
    answer = _detailed(core, server, _common(server) | _sonarr(server) | {"activeAnimeTags": []})
    languages = server.language_profiles
    answer.body["languageProfiles"] = None if languages is None else _named(languages)
    return answer


def _find(servers: list[ArrServer], number: float) -> ArrServer | None:
    return next((server for server in servers if server.id == number), None)


def _detailed(core: Core, server: ArrServer, common: Json) -> Answer:
    if core.settings.arr_unreachable:
        raise RefusedError(500, "connect ECONNREFUSED 127.0.0.1")
    return Answer(
        {
            "server": common,
            "profiles": _named(server.profiles),
            "rootFolders": [
                {"id": number, "freeSpace": 10**12, "path": path, "totalSpace": 4 * 10**12}
                for number, path in enumerate(server.root_folders, start=1)
            ],
            "tags": [{"id": number, "label": label} for number, label in server.tags],
        }
    )


def _named(pairs: tuple[tuple[int, str], ...]) -> list[Json]:
    return [{"id": number, "name": name} for number, name in pairs]


def _common(server: ArrServer) -> Json:
    return {
        "id": server.id,
        "name": server.name,
        "is4k": server.is4k,
        "isDefault": server.is_default,
        "activeDirectory": server.active_directory,
        "activeProfileId": server.active_profile,
        "activeTags": list(server.active_tags),
    }


def _sonarr(server: ArrServer) -> Json:
    return {
        "activeAnimeProfileId": server.active_profile,
        "activeAnimeDirectory": server.active_directory,
        "activeLanguageProfileId": 1,
        "activeAnimeLanguageProfileId": 1,
    }
