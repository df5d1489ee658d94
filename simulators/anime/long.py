"""Anime that are one entry over many seasons, some of which TMDB numbers straight through."""

from __future__ import annotations

from typing import Final

from .values import Anime, anime

_GINTAMA = "Gintama"
_BLEACH = "Bleach"

LONG: Final[tuple[Anime, ...]] = (
    anime(
        (918, 918, 3468),
        "Gintama",
        "Gintama",
        "2006-04-04..2010-03-25",
        "Silver Soul",
        episodes=201,
        show=_GINTAMA,
        tvdb="1-49=S1E1 50-99=S2E1 100-150=S3E1 151-201=S4E1",
        tmdb="1-99=S1E1 100-201=S2E1",
    ),
    anime(
        (9969, 9969, 8126),
        "Gintama'",
        "Gintama Season 2",
        "2011-04-04..2012-03-26",
        episodes=51,
        show=_GINTAMA,
        tvdb="S5E1",
        tmdb="S3E1",
    ),
    anime(
        (269, 269, 2369),
        "BLEACH",
        "Bleach",
        "2004-10-05..2012-03-27",
        episodes=366,
        show=_BLEACH,
        tvdb=(
            "1-20=S1E1 21-41=S2E1 42-63=S3E1 64-91=S4E1 92-109=S5E1 110-131=S6E1 132-151=S7E1 "
            "152-167=S8E1 168-189=S9E1 190-205=S10E1 206-212=S11E1 213-229=S12E1 230-265=S13E1 "
            "266-316=S14E1 317-342=S15E1 343-366=S16E1"
        ),
        tmdb="S1E1",
    ),
    anime(
        (116674, 41467, 15449),
        "BLEACH: Sennen Kessen-hen",
        "BLEACH: Thousand-Year Blood War",
        "2022-10-11..2022-12-27",
        "Bleach TYBW",
        episodes=13,
        show=_BLEACH,
        tvdb="S17E1",
        tmdb="S2E1",
    ),
    anime(
        (159322, 53998, 17765),
        "BLEACH: Sennen Kessen-hen - Ketsubetsu-tan",
        "BLEACH: Thousand-Year Blood War - The Separation",
        "2023-07-08..2023-09-30",
        episodes=13,
        show=_BLEACH,
        tvdb="S17E14",
        tmdb="S2E14",
    ),
    anime(
        (169755, 56784, 18220),
        "BLEACH: Sennen Kessen-hen - Soukoku-tan",
        "BLEACH: Thousand-Year Blood War - The Conflict",
        "2024-10-05..2024-12-28",
        episodes=14,
        show=_BLEACH,
        tvdb="S17E27",
        tmdb="S2E27",
    ),
    anime(
        (20, 20, 239),
        "NARUTO",
        "Naruto",
        "2002-10-03..2007-02-08",
        episodes=220,
        show="Naruto",
        tvdb="1-35=S1E1 36-83=S2E1 84-131=S3E1 132-179=S4E1 180-220=S5E1",
        tmdb="1-52=S1E1 53-104=S2E53 105-158=S3E105 159-220=S4E159",
    ),
    anime(
        (21, 21, 69),
        "ONE PIECE",
        "ONE PIECE",
        "1999-10-20",
        "OP",
        episodes=None,
        show="One Piece",
        tvdb=(
            "1-8=S1E1 9-30=S2E1 31-47=S3E1 48-60=S4E1 61-69=S5E1 70-91=S6E1 92-130=S7E1 "
            "131-143=S8E1 144-195=S9E1 196-226=S10E1 227-325=S11E1 326-381=S12E1 382-481=S13E1 "
            "482-516=S14E1 517-578=S15E1 579-628=S16E1 629-746=S17E1 747-779=S18E1 780-877=S19E1 "
            "878-891=S20E1 892-1085=S21E1 1086-=S22E1"
        ),
        tmdb=(
            "1-61=S1E1 62-77=S2E62 78-91=S3E78 92-130=S4E92 131-143=S5E131 144-195=S6E144 "
            "196-228=S7E196 229-263=S8E229 264-336=S9E264 337-381=S10E337 382-407=S11E382 "
            "408-421=S12E408 422-522=S13E422 523-580=S14E523 581-642=S15E581 643-692=S16E643 "
            "693-748=S17E693 749-803=S18E749 804-877=S19E804 878-891=S20E878 892-1088=S21E892 "
            "1089-=S22E1089"
        ),
        airing="RELEASING",
        next_episode=1151,
    ),
    anime(
        (11061, 11061, 8550),
        "HUNTER×HUNTER (2011)",
        "Hunter x Hunter (2011)",
        "2011-10-02..2014-09-24",
        "HxH (2011)",
        episodes=148,
        show="Hunter x Hunter",
        tvdb="1-58=S1E1 59-136=S2E1 137-148=S3E1",
        tmdb="1-62=S1E1 63-136=S2E63 137-148=S3E137",
    ),
)
