"""The tables that say where anime lie: AniBridge's, the Anime-Lists XML, Fribb's lists."""

from .errata import ONLY_ANIBRIDGE, ONLY_ANIME_LISTS, ONLY_FRIBB
from .simulator import TablesSimulator

__all__ = ["ONLY_ANIBRIDGE", "ONLY_ANIME_LISTS", "ONLY_FRIBB", "TablesSimulator"]
