"""IMDb's GraphQL, the part that lists are read from."""

from .simulator import ImdbSimulator
from .titles import ODDITIES, ImdbTitle

__all__ = ["ODDITIES", "ImdbSimulator", "ImdbTitle"]
