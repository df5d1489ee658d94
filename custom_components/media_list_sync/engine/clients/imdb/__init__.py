"""IMDb: lists, watchlists and charts."""

from .client import ImdbClient, ImdbRefuses
from .models import ImdbList, ImdbTitle
from .queries import ImdbChart

__all__ = ["ImdbChart", "ImdbClient", "ImdbList", "ImdbRefuses", "ImdbTitle"]
