"""The server itself: its status, its settings, its users, and who is asking."""

from __future__ import annotations

import secrets

from . import rows_json
from .answers import Answer, RefusedError
from .codes import Permission
from .core import Core
from .creating import unknown_user
from .endpoints import PAGING, Call, Endpoint, numbered
from .flavour import Flavour
from .quota import quotas
from .rows import RequestRow, SeerrUser
from .schema import TEXT, Body, Value
from .tmdb_json import Json

ORDERS = ("created", "updated", "requests", "displayname")


def endpoints(flavour: Flavour) -> list[Endpoint]:
    """Return these endpoints."""
    user_query = {**PAGING, "sort": Value("string", enum=ORDERS)}
    if flavour.merged:
        user_query |= {"q": TEXT, "includeIds": TEXT}
    sign_in = Body({"email": TEXT, "password": TEXT}, required=("email", "password"))
    user_id = numbered("userId")
    return [
        Endpoint("GET", "/status", status, open=True),
        Endpoint("GET", "/settings/public", public_settings, open=True),
        Endpoint("GET", "/settings/main", main_settings, permissions=(Permission.ADMIN,)),
        Endpoint("GET", "/auth/me", me),
        Endpoint("POST", "/auth/local", sign_in_locally, body=sign_in, open=True),
        Endpoint("GET", "/user", users, query=user_query),
        Endpoint("GET", "/user/{userId}", one_user, params=user_id),
        Endpoint("GET", "/user/{userId}/quota", user_quota, params=user_id),
        Endpoint("GET", "/user/{userId}/requests", user_requests, params=user_id, query=PAGING),
    ]


async def status(core: Core, _call: Call) -> Answer:
    """Say that the server is there. Proves nothing about a key."""
    return Answer(
        {
            "version": core.flavour.version,
            "commitTag": "local",
            "updateAvailable": False,
            "commitsBehind": 0,
            "restartRequired": False,
        }
    )


async def public_settings(core: Core, _call: Call) -> Answer:
    """Return what the server offers, to everybody."""
    settings = core.settings
    shown: Json = {
        "initialized": True,
        "applicationTitle": core.flavour.name,
        "applicationUrl": "",
        "hideAvailable": False,
        "localLogin": True,
        "movie4kEnabled": any(server.is4k and server.is_default for server in settings.radarr),
        "series4kEnabled": any(server.is4k and server.is_default for server in settings.sonarr),
        "originalLanguage": "",
        "partialRequestsEnabled": settings.partial_requests,
        "cacheImages": False,
        "vapidPublic": settings.vapid_public,
        "enablePushRegistration": False,
        "locale": "en",
        "emailEnabled": False,
        "newPlexLogin": True,
    }
    if core.flavour.merged:
        shown |= {
            core.flavour.hide_setting: False,
            "mediaServerLogin": True,
            "jellyfinExternalHost": "",
            "jellyfinForgotPasswordUrl": "",
            "discoverRegion": "",
            "streamingRegion": "US",
            "mediaServerType": 1,
            "enableSpecialEpisodes": core.takes_specials,
            "userEmailRequired": False,
            "youtubeUrl": "",
        }
    else:
        shown["region"] = ""
    return Answer(shown)


async def main_settings(core: Core, _call: Call) -> Answer:
    """Return the settings, to an admin."""
    settings = core.settings
    shown: Json = {
        "apiKey": settings.api_key,
        "applicationTitle": core.flavour.name,
        "applicationUrl": "",
        "cacheImages": False,
        "defaultPermissions": int(Permission.REQUEST),
        "defaultQuotas": {
            kind: {"quotaLimit": quota.limit, "quotaDays": quota.days} if quota else {}
            for kind, quota in (("movie", settings.movie_quota), ("tv", settings.tv_quota))
        },
        "hideAvailable": False,
        "localLogin": True,
        "newPlexLogin": True,
        "originalLanguage": "",
        "mediaServerType": 1,
        "partialRequestsEnabled": settings.partial_requests,
        "enableSpecialEpisodes": core.takes_specials if core.flavour.merged else False,
        "locale": "en",
    }
    if core.flavour.merged:
        shown |= {
            core.flavour.hide_setting: False,
            "mediaServerLogin": True,
            "discoverRegion": "",
            "streamingRegion": "US",
            "blocklistedTags": "",
            "blocklistedTagsLimit": 50,
            "youtubeUrl": "",
        }
    else:
        shown |= {
            "csrfProtection": settings.csrf_protection,
            "region": "",
            "trustProxy": False,
        }
    return Answer(shown)


async def me(core: Core, call: Call) -> Answer:
    """Return the user whom the key, with or without X-Api-User, acts as."""
    return Answer(rows_json.user(core, call.user, settings=True))


async def sign_in_locally(core: Core, call: Call) -> Answer:
    """Open a session."""
    email, password = call.body["email"].lower(), call.body["password"]
    found = next((user for user in core.tables.users.values() if user.email == email), None)
    if found is None or found.password is None or found.password != password:
        raise RefusedError(403, "Access denied.")
    session = secrets.token_urlsafe(16)
    core.sessions[session] = found.id
    shown: Json = {"permissions": 0, "id": found.id}
    if core.flavour.merged:
        shown["warnings"] = []
    else:
        shown["password"] = "$2b$12$simulated"  # the real one gives the hash away
    shown |= {
        "requestCount": core.tables.request_count(found.id),
        "displayName": found.email,
    }
    return Answer(shown, headers={"Set-Cookie": f"connect.sid={session}; Path=/; HttpOnly"})


async def users(core: Core, call: Call) -> Answer:
    """Return a page of the users: 10, where the page has no other size."""
    query = call.query
    found = list(core.tables.users.values())
    wanted = [text for text in str(query.get("includeIds") or "").split(",") if text]
    if wanted:
        found = [user for user in found if str(user.id) in wanted]
    if words := str(query.get("q") or "").lower():
        found = [user for user in found if words in user.username.lower() or words in user.email]
    match query.get("sort"):
        case "displayname":
            found.sort(key=lambda user: user.username.lower())
        case "requests":
            found.sort(key=lambda user: -core.tables.request_count(user.id))
    take = query.get("take") or max(10, len(wanted))
    skip = query.get("skip") or 0
    private = call.user.may(Permission.MANAGE_USERS)
    return Answer(
        {
            "pageInfo": rows_json.page_info(len(found), take, skip),
            "results": [
                rows_json.user(core, user, private=private)
                for user in rows_json.cut(found, take, skip)
            ],
        }
    )


async def one_user(core: Core, call: Call) -> Answer:
    """Return a user."""
    found = core.tables.users.get(call.params["userId"])
    if found is None:
        raise RefusedError(404, "User not found.")
    private = call.user.may(Permission.MANAGE_USERS)
    return Answer(rows_json.user(core, found, settings=True, private=private))


async def user_quota(core: Core, call: Call) -> Answer:
    """Return what a user may still request."""
    number = call.params["userId"]
    manages = call.user.may(Permission.MANAGE_USERS, Permission.MANAGE_REQUESTS, every=True)
    if number != call.user.id and not manages:
        raise RefusedError(403, "You do not have permission to view this user's request limits.")
    found = core.tables.users.get(number)
    if found is None:
        raise RefusedError(404, unknown_user(number))
    return Answer(quotas(core, found))


async def user_requests(core: Core, call: Call) -> Answer:
    """Return a page of a user's requests, the newest first."""
    found = core.tables.users.get(call.params["userId"])
    if found is None:
        raise RefusedError(404, "User not found.")
    check_may_view(call.user, found.id)
    rows: list[RequestRow] = core.tables.requests_of_user(found.id)[::-1]
    take, skip = call.query.get("take") or 20, call.query.get("skip") or 0
    return Answer(
        {
            "pageInfo": rows_json.page_info(len(rows), take, skip),
            "results": [
                rows_json.request(core, row, canned=True) for row in rows_json.cut(rows, take, skip)
            ],
        }
    )


def check_may_view(viewer: SeerrUser, owner: int) -> None:
    """Refuse who may not see a user's requests."""
    if viewer.id != owner and not viewer.may(Permission.MANAGE_REQUESTS, Permission.REQUEST_VIEW):
        raise RefusedError(403, "You do not have permission to view this user's requests.")
