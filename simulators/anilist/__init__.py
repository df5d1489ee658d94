"""AniList: its GraphQL, as far as lists are read and written, and signing in."""

from .clock import Clock
from .entries import Account, ListEntry
from .generated import generated
from .limits import RateLimit
from .media import AniListMedia
from .simulator import VIEWER, AniListSimulator
from .state import Write
from .tokens import App

__all__ = [
    "VIEWER",
    "Account",
    "AniListMedia",
    "AniListSimulator",
    "App",
    "Clock",
    "ListEntry",
    "RateLimit",
    "Write",
    "generated",
]
