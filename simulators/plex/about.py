"""What the server says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .doorman import VIEWER
from .markup import container
from .prefs import server_settings
from .state import VERSION

if TYPE_CHECKING:
    from .state import State


def about_routes(state: State) -> list[web.RouteDef]:
    """Return the routes."""
    about = _About(state)
    return [
        web.get("/", about.root),
        web.get("/identity", about.identity),
        web.get("/:/prefs", about.prefs),
    ]


class _About:
    def __init__(self, state: State) -> None:
        self._state = state

    async def root(self, request: web.Request) -> web.Response:
        """Say what the server is and can."""
        state = self._state
        return container(
            request,
            {
                "size": 1,
                "allowCameraUpload": False,
                "allowChannelAccess": True,
                "allowMediaDeletion": True,
                "allowSharing": True,
                "allowSync": False,
                "allowTuners": False,
                "backgroundProcessing": True,
                "certificate": True,
                "companionProxy": True,
                "countryCode": "deu",
                "eventStream": True,
                "friendlyName": state.name,
                "hubSearch": True,
                "itemClusters": True,
                "machineIdentifier": state.machine,
                "mediaProviders": True,
                "multiuser": True,
                "myPlex": True,
                "myPlexMappingState": "mapped",
                "myPlexSigninState": "ok",
                "myPlexSubscription": True,
                "myPlexUsername": state.people.owner.email,
                "platform": "Linux",
                "platformVersion": "6.12",
                "pluginHost": True,
                "pushNotifications": False,
                "readOnlyLibraries": False,
                "sync": True,
                "transcoderActiveVideoSessions": 0,
                "transcoderVideo": True,
                "updatedAt": max((one.changed_at for one in state.libraries.values()), default=0),
                "updater": True,
                "version": VERSION,
                "voiceSearch": True,
            },
        )

    async def identity(self, request: web.Request) -> web.Response:
        """Say which server it is, to anybody."""
        return container(
            request,
            {
                "size": 0,
                "claimed": True,
                "machineIdentifier": self._state.machine,
                "version": VERSION,
            },
        )

    async def prefs(self, request: web.Request) -> web.Response:
        """List settings, to the owner."""
        if not request[VIEWER].admin:
            raise web.HTTPForbidden
        settings = server_settings(self._state.name)
        return container(request, {"size": len(settings), "Setting": settings})
