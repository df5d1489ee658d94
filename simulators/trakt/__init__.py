"""Trakt: signing in, lists, and what was watched."""

from .accounts import Account
from .app import App
from .clock import Clock
from .entries import Entry, Person
from .limits import GetLimit
from .lists import TraktList
from .simulator import TraktSimulator
from .tokens import TokenPair

__all__ = [
    "Account",
    "App",
    "Clock",
    "Entry",
    "GetLimit",
    "Person",
    "TokenPair",
    "TraktList",
    "TraktSimulator",
]
