"""A stand-in for Seerr 3.1.0 and Overseerr 1.34.0, held to recordings of the real servers.

`SeerrSimulator` is the server; what a test may do with it besides asking it over the wire is in
`people.py`. Jellyseerr is played as Seerr: see `flavour.py`.
"""

from .codes import MediaStatus, Permission, RequestStatus
from .core import Sent
from .flavour import JELLYSEERR, OVERSEERR, SEERR, Flavour
from .rows import MediaRow, MediaSeason, Quota, RequestRow, RequestSeason, SeerrUser
from .server import API_KEY, USERS, SeerrSimulator
from .settings import ArrServer, Settings
from .tmdb import Person

__all__ = [
    "API_KEY",
    "JELLYSEERR",
    "OVERSEERR",
    "SEERR",
    "USERS",
    "ArrServer",
    "Flavour",
    "MediaRow",
    "MediaSeason",
    "MediaStatus",
    "Permission",
    "Person",
    "Quota",
    "RequestRow",
    "RequestSeason",
    "RequestStatus",
    "SeerrSimulator",
    "SeerrUser",
    "Sent",
    "Settings",
]
