"""Made-up anime, as many as a benchmark needs, with names as long as real ones."""

from __future__ import annotations

from .media import AniListMedia

_FORMATS = ("TV", "TV", "TV", "OVA", "MOVIE", "SPECIAL", "ONA", "TV_SHORT")


def generated(count: int, *, first: int = 200_001) -> list[AniListMedia]:
    """Return `count` made-up anime, numbered from `first`. Every twentieth is still airing."""
    return [_made(number) for number in range(first, first + count)]


def _made(number: int) -> AniListMedia:
    form = _FORMATS[number % len(_FORMATS)]
    airs = number % 20 == 0
    episodes = 1 if form in ("MOVIE", "SPECIAL") else 12 + number % 3
    year, month = 1970 + number % 55, 1 + number % 12
    return AniListMedia(
        id=number,
        romaji=f"Tsukurareta Anime {number}: Dare mo Shiranai Monogatari",
        english=f"Generated Anime {number}: A Story That Nobody Knows",
        native=f"作られたアニメ{number} 誰も知らない物語",
        mal=number - 150_000,
        format=form,
        status="RELEASING" if airs else "FINISHED",
        episodes=None if airs else episodes,
        start=(year, month, 4),
        end=(None, None, None) if airs else (year, month, 28),
        synonyms=(f"TsukuAni {number}", f"Аниме {number}", f"Generated {number} 2nd Season"),
        next_airing=(episodes, 1_800_000_000) if airs else None,
    )
