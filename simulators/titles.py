"""Well-known real films and shows, with the ids that they really carry.

Made-up titles hide mistakes that real ones show: names in other scripts, a film and a show under
one TMDB number, a film without a year, seasons of unlike length, specials. Counts of episodes are
those of the regular run; a season 0 is listed for one show only, because specials keep changing.
"""

from __future__ import annotations

from functools import cache
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from .catalog import CatalogTitle, Season

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# (TMDB, IMDb, title, year)
_FILMS: tuple[tuple[int, str, str, int | None], ...] = (
    (278, "tt0111161", "The Shawshank Redemption", 1994),
    (238, "tt0068646", "The Godfather", 1972),
    (240, "tt0071562", "The Godfather Part II", 1974),
    (155, "tt0468569", "The Dark Knight", 2008),
    (272, "tt0372784", "Batman Begins", 2005),
    (49026, "tt1345836", "The Dark Knight Rises", 2012),
    (424, "tt0108052", "Schindler's List", 1993),
    (389, "tt0050083", "12 Angry Men", 1957),
    (120, "tt0120737", "The Lord of the Rings: The Fellowship of the Ring", 2001),
    (121, "tt0167261", "The Lord of the Rings: The Two Towers", 2002),
    (122, "tt0167260", "The Lord of the Rings: The Return of the King", 2003),
    (680, "tt0110912", "Pulp Fiction", 1994),
    (429, "tt0060196", "The Good, the Bad and the Ugly", 1966),
    (550, "tt0137523", "Fight Club", 1999),
    (13, "tt0109830", "Forrest Gump", 1994),
    (27205, "tt1375666", "Inception", 2010),
    (603, "tt0133093", "The Matrix", 1999),
    (604, "tt0234215", "The Matrix Reloaded", 2003),
    (605, "tt0242653", "The Matrix Revolutions", 2003),
    (769, "tt0099685", "GoodFellas", 1990),
    (510, "tt0073486", "One Flew Over the Cuckoo's Nest", 1975),
    (807, "tt0114369", "Se7en", 1995),
    (274, "tt0102926", "The Silence of the Lambs", 1991),
    (346, "tt0047478", "Seven Samurai", 1954),
    (598, "tt0317248", "City of God", 2002),
    (637, "tt0118799", "Life Is Beautiful", 1997),
    (497, "tt0120689", "The Green Mile", 1999),
    (857, "tt0120815", "Saving Private Ryan", 1998),
    (129, "tt0245429", "Spirited Away", 2001),
    (496243, "tt6751668", "Parasite", 2019),
    (157336, "tt0816692", "Interstellar", 2014),
    (101, "tt0110413", "Léon: The Professional", 1994),
    (629, "tt0114814", "The Usual Suspects", 1995),
    (539, "tt0054215", "Psycho", 1960),
    (11, "tt0076759", "Star Wars", 1977),
    (1891, "tt0080684", "The Empire Strikes Back", 1980),
    (1892, "tt0086190", "Return of the Jedi", 1983),
    (140607, "tt2488496", "Star Wars: The Force Awakens", 2015),
    (218, "tt0088247", "The Terminator", 1984),
    (280, "tt0103064", "Terminator 2: Judgment Day", 1991),
    (105, "tt0088763", "Back to the Future", 1985),
    (165, "tt0096874", "Back to the Future Part II", 1989),
    (196, "tt0099088", "Back to the Future Part III", 1990),
    (348, "tt0078748", "Alien", 1979),
    (679, "tt0090605", "Aliens", 1986),
    (78, "tt0083658", "Blade Runner", 1982),
    (335984, "tt1856101", "Blade Runner 2049", 2017),
    (98, "tt0172495", "Gladiator", 2000),
    (8587, "tt0110357", "The Lion King", 1994),
    (862, "tt0114709", "Toy Story", 1995),
    (12, "tt0266543", "Finding Nemo", 2003),
    (585, "tt0198781", "Monsters, Inc.", 2001),
    (10681, "tt0910970", "WALL·E", 2008),
    (14160, "tt1049413", "Up", 2009),
    (150540, "tt2096673", "Inside Out", 2015),
    (354912, "tt2380307", "Coco", 2017),
    (399106, "tt5613402", "Piper", 2016),
    (194, "tt0211915", "Amélie", 2001),
    (128, "tt0119698", "Princess Mononoke", 1997),
    (4935, "tt0347149", "Howl's Moving Castle", 2004),
    (8392, "tt0096283", "My Neighbor Totoro", 1988),
    (12477, "tt0095327", "Grave of the Fireflies", 1988),
    (149, "tt0094625", "Akira", 1988),
    (372058, "tt5311514", "Your Name.", 2016),
    (447404, "tt5884052", "Pokémon Detective Pikachu", 2019),
    (694, "tt0081505", "The Shining", 1980),
    (62, "tt0062622", "2001: A Space Odyssey", 1968),
    (185, "tt0066921", "A Clockwork Orange", 1971),
    (28, "tt0078788", "Apocalypse Now", 1979),
    (103, "tt0075314", "Taxi Driver", 1976),
    (387, "tt0082096", "Das Boot", 1981),
    (1396, "tt0072443", "Mirror", 1975),
    (289, "tt0034583", "Casablanca", 1942),
    (15, "tt0033467", "Citizen Kane", 1941),
    (426, "tt0052357", "Vertigo", 1958),
    (839, "tt0067023", "Duel", 1971),
    (329, "tt0107290", "Jurassic Park", 1993),
    (597, "tt0120338", "Titanic", 1997),
    (115, "tt0118715", "The Big Lebowski", 1998),
    (37165, "tt0120382", "The Truman Show", 1998),
    (77, "tt0209144", "Memento", 2000),
    (670, "tt0364569", "Oldboy", 2003),
    (1417, "tt0457430", "Pan's Labyrinth", 2006),
    (1422, "tt0407887", "The Departed", 2006),
    (1124, "tt0482571", "The Prestige", 2006),
    (244786, "tt2582802", "Whiplash", 2014),
    (68718, "tt1853728", "Django Unchained", 2012),
    (16869, "tt0361748", "Inglourious Basterds", 2009),
    (76341, "tt1392190", "Mad Max: Fury Road", 2015),
    (1726, "tt0371746", "Iron Man", 2008),
    (1771, "tt0458339", "Captain America: The First Avenger", 2011),
    (24428, "tt0848228", "The Avengers", 2012),
    (299536, "tt4154756", "Avengers: Infinity War", 2018),
    (299534, "tt4154796", "Avengers: Endgame", 2019),
    (324857, "tt4633694", "Spider-Man: Into the Spider-Verse", 2018),
    (569094, "tt9362722", "Spider-Man: Across the Spider-Verse", 2023),
    (19995, "tt0499549", "Avatar", 2009),
    (475557, "tt7286456", "Joker", 2019),
    (438631, "tt1160419", "Dune", 2021),
    (693134, "tt15239678", "Dune: Part Two", 2024),
    (361743, "tt1745960", "Top Gun: Maverick", 2022),
    (545611, "tt6710474", "Everything Everywhere All at Once", 2022),
    (872585, "tt15398776", "Oppenheimer", 2023),
    (346698, "tt1517268", "Barbie", 2023),
    # Announced, without a date: it has no year anywhere.
    (617127, "tt10671440", "Blade", None),
)

# TMDB, IMDb, TVDB, year, title; below it the seasons as number:episodes:first air date.
_SHOWS = """
1396 tt0903747 81189 2008 Breaking Bad
    0:9:2009-02-17 1:7:2008-01-20 2:13:2009-03-08 3:13:2010-03-21 4:13:2011-07-17
    5:16:2012-07-15
1399 tt0944947 121361 2011 Game of Thrones
    1:10:2011-04-17 2:10:2012-04-01 3:10:2013-03-31 4:10:2014-04-06 5:10:2015-04-12
    6:10:2016-04-24 7:7:2017-07-16 8:6:2019-04-14
60059 tt3032476 273181 2015 Better Call Saul
    1:10:2015-02-08 2:10:2016-02-15 3:10:2017-04-10 4:10:2018-08-06 5:10:2020-02-23
    6:13:2022-04-18
87108 tt7366338 360893 2019 Chernobyl
    1:5:2019-05-06
4613 tt0185906 74205 2001 Band of Brothers
    1:10:2001-09-09
79788 tt7049682 360733 2019 Watchmen
    1:9:2019-10-20
85271 tt9140560 362392 2021 WandaVision
    1:9:2021-01-15
92749 tt10234724 368611 2022 Moon Knight
    1:6:2022-03-30
1438 tt0306414 79126 2002 The Wire
    1:13:2002-06-02 2:12:2003-06-01 3:12:2004-09-19 4:13:2006-09-10 5:10:2008-01-06
1398 tt0141842 75299 1999 The Sopranos
    1:13:1999-01-10 2:13:2000-01-16 3:13:2001-03-04 4:13:2002-09-15 5:13:2004-03-07
    6:21:2006-03-12
66732 tt4574334 305288 2016 Stranger Things
    1:8:2016-07-15 2:9:2017-10-27 3:8:2019-07-04 4:9:2022-05-27 5:8:2025-11-26
1437 tt0303461 78874 2002 Firefly
    1:14:2002-09-20
19885 tt1475582 176941 2010 Sherlock
    1:3:2010-07-25 2:3:2012-01-01 3:3:2014-01-01 4:3:2017-01-01
46648 tt2356777 270633 2014 True Detective
    1:8:2014-01-12 2:8:2015-06-21 3:8:2019-01-13 4:6:2024-01-14
60622 tt2802850 269613 2014 Fargo
    1:10:2014-04-15 2:10:2015-10-12 3:10:2017-04-19 4:11:2020-09-27 5:10:2023-11-21
82856 tt8111088 361753 2019 The Mandalorian
    1:8:2019-11-12 2:8:2020-10-30 3:8:2023-03-01
95396 tt11280740 371980 2022 Severance
    1:9:2022-02-17 2:10:2025-01-16
100088 tt3581920 392256 2023 The Last of Us
    1:9:2023-01-15 2:7:2025-04-13
94997 tt11198330 371572 2022 House of the Dragon
    1:10:2022-08-21 2:8:2024-06-16
65494 tt4786824 305574 2016 The Crown
    1:10:2016-11-04 2:10:2017-12-08 3:10:2019-11-17 4:10:2020-11-15 5:10:2022-11-09
    6:10:2023-11-16
42009 tt2085059 253463 2011 Black Mirror
    1:3:2011-12-04 2:3:2013-02-11 3:6:2016-10-21 4:6:2017-12-29 5:3:2019-06-05
    6:5:2023-06-15 7:6:2025-04-10
70523 tt5753856 334824 2017 Dark
    1:10:2017-12-01 2:8:2019-06-21 3:8:2020-06-27
63247 tt0475784 296762 2016 Westworld
    1:10:2016-10-02 2:10:2018-04-22 3:8:2020-03-15 4:8:2022-06-26
94605 tt11126994 371028 2021 Arcane
    1:9:2021-11-06 2:9:2024-11-09
84958 tt9140554 362472 2021 Loki
    1:6:2021-06-09 2:6:2023-10-05
83867 tt9253284 393189 2022 Andor
    1:12:2022-09-21 2:12:2025-04-22
93405 tt10919420 383275 2021 Squid Game
    1:9:2021-09-17 2:7:2024-12-26 3:6:2025-06-27
97546 tt10986410 383203 2020 Ted Lasso
    1:10:2020-08-14 2:12:2021-07-23 3:12:2023-03-15
76331 tt7660850 338186 2018 Succession
    1:10:2018-06-03 2:10:2019-08-11 3:9:2021-10-17 4:10:2023-03-26
76479 tt1190634 355567 2019 The Boys
    1:8:2019-07-25 2:8:2020-09-03 3:8:2022-06-02 4:8:2024-06-13
60625 tt2861424 275274 2013 Rick and Morty
    1:11:2013-12-02 2:10:2015-07-26 3:10:2017-04-01 4:10:2019-11-10 5:10:2021-06-20
    6:10:2022-09-04 7:10:2023-10-15 8:10:2025-05-25
246 tt0417299 74852 2005 Avatar: The Last Airbender
    1:20:2005-02-21 2:20:2006-03-17 3:21:2007-09-21
30991 tt0213338 76885 1998 Cowboy Bebop
    1:26:1998-04-03
13916 tt0877057 79481 2006 Death Note
    1:37:2006-10-04
31911 tt1355642 85249 2009 Fullmetal Alchemist: Brotherhood
    1:64:2009-04-05
1668 tt0108778 79168 1994 Friends
    1:24:1994-09-22 2:24:1995-09-21 3:25:1996-09-19 4:24:1997-09-25 5:24:1998-09-24
    6:25:1999-09-23 7:24:2000-10-12 8:24:2001-09-27 9:24:2002-09-26 10:18:2003-09-25
1402 tt1520211 153021 2010 The Walking Dead
    1:6:2010-10-31 2:13:2011-10-16 3:16:2012-10-14 4:16:2013-10-13 5:16:2014-10-12
    6:16:2015-10-11 7:16:2016-10-23 8:16:2017-10-22 9:16:2018-10-07 10:22:2019-10-06
    11:24:2021-08-22
1405 tt0773262 79349 2006 Dexter
    1:12:2006-10-01 2:12:2007-09-30 3:12:2008-09-28 4:12:2009-09-27 5:12:2010-09-26
    6:12:2011-10-02 7:12:2012-09-30 8:12:2013-06-30
1407 tt1796960 247897 2011 Homeland
    1:12:2011-10-02 2:12:2012-09-30 3:12:2013-09-29 4:12:2014-10-05 5:12:2015-10-04
    6:12:2017-01-15 7:12:2018-02-11 8:12:2020-02-09
40008 tt2243973 259063 2013 Hannibal
    1:13:2013-04-04 2:13:2014-02-28 3:13:2015-06-04
15621 tt1870479 256227 2012 The Newsroom
    1:10:2012-06-24 2:9:2013-07-14 3:6:2014-11-09
61550 tt3475734 281485 2015 Marvel's Agent Carter
    1:8:2015-01-06 2:10:2016-01-19
38472 tt2357547 284190 2015 Marvel's Jessica Jones
    1:13:2015-11-20 2:13:2018-03-08 3:13:2019-06-14
10545 tt0844441 82283 2008 True Blood
    1:12:2008-09-07 2:12:2009-06-14 3:12:2010-06-13 4:12:2011-06-26 5:12:2012-06-10
    6:10:2013-06-16 7:10:2014-06-22
8592 tt1266020 84912 2009 Parks and Recreation
    1:6:2009-04-09 2:24:2009-09-17 3:16:2011-01-20 4:22:2011-09-22 5:22:2012-09-20
    6:22:2013-09-26 7:13:2015-01-13
18347 tt1439629 94571 2009 Community
    1:25:2009-09-17 2:24:2010-09-23 3:22:2011-09-22 4:13:2013-02-07 5:13:2014-01-02
    6:13:2015-03-17
62560 tt4158110 289590 2015 Mr. Robot
    1:10:2015-06-24 2:12:2016-07-13 3:10:2017-10-11 4:13:2019-10-06
60574 tt2442560 270915 2013 Peaky Blinders
    1:6:2013-09-12 2:6:2014-10-02 3:6:2016-05-05 4:6:2017-11-15 5:6:2019-08-25
    6:6:2022-02-27
63351 tt2707408 282670 2015 Narcos
    1:10:2015-08-28 2:10:2016-09-02 3:10:2017-09-01
67744 tt5290382 328708 2017 Mindhunter
    1:10:2017-10-13 2:9:2019-08-16
1920 tt0098936 70533 1990 Twin Peaks
    1:8:1990-04-08 2:22:1990-09-30 3:18:2017-05-21
1891 tt0384766 73508 2005 Rome
    1:12:2005-08-28 2:10:2007-01-14
1406 tt0348914 72023 2004 Deadwood
    1:12:2004-03-21 2:12:2005-03-06 3:12:2006-06-11
"""

# What IMDb calls them, where that is neither "movie" nor "tvSeries".
_IMDB_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "tt5613402": "short",
        "tt0067023": "tvMovie",
        "tt7366338": "tvMiniSeries",
        "tt0185906": "tvMiniSeries",
        "tt7049682": "tvMiniSeries",
        "tt9140560": "tvMiniSeries",
        "tt10234724": "tvMiniSeries",
    }
)

ORIGINAL_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "tt0047478": "七人の侍",
        "tt0060196": "Il buono, il brutto, il cattivo",
        "tt0072443": "Зеркало",
        "tt0094625": "アキラ",
        "tt0095327": "火垂るの墓",
        "tt0096283": "となりのトトロ",
        "tt0110413": "Léon",
        "tt0118799": "La vita è bella",
        "tt0119698": "もののけ姫",
        "tt0211915": "Le fabuleux destin d'Amélie Poulain",
        "tt0245429": "千と千尋の神隠し",
        "tt0317248": "Cidade de Deus",
        "tt0347149": "ハウルの動く城",
        "tt0364569": "올드보이",
        "tt0457430": "El laberinto del fauno",
        "tt5311514": "君の名は。",
        "tt6751668": "기생충",
        "tt10919420": "오징어 게임",
    }
)
"""The title at home, by IMDb id, where it differs from the one abroad."""


@cache
def real_titles() -> tuple[CatalogTitle, ...]:
    """Return the films, then the shows. Only their Trakt ids are made up.

    In it are one film and one show with the TMDB number 1396 (Mirror, Breaking Bad) and with 1891
    (The Empire Strikes Back, Rome), a film without a year (Blade), and a show with specials
    (Breaking Bad).
    """
    return (*(_film(*row) for row in _FILMS), *_shows())


def title_by_imdb(imdb: str) -> CatalogTitle:
    """Return the real title with this IMDb id, or raise KeyError."""
    return _by_imdb()[imdb]


@cache
def _by_imdb() -> Mapping[str, CatalogTitle]:
    return {title.imdb: title for title in real_titles() if title.imdb}


def _film(tmdb: int, imdb: str, title: str, year: int | None) -> CatalogTitle:
    return CatalogTitle(
        is_show=False,
        tmdb=tmdb,
        imdb=imdb,
        tvdb=None,
        trakt=40_000_000 + tmdb,
        title=title,
        year=year,
        imdb_type=_IMDB_TYPES.get(imdb, "movie"),
    )


def _shows() -> Iterator[CatalogTitle]:
    for record in re.split(r"\n(?=\S)", _SHOWS.strip()):
        head, _, seasons = record.partition("\n")
        tmdb, imdb, tvdb, year, title = head.split(maxsplit=4)
        yield CatalogTitle(
            is_show=True,
            tmdb=int(tmdb),
            imdb=imdb,
            tvdb=int(tvdb),
            trakt=50_000_000 + int(tmdb),
            title=title,
            year=int(year),
            seasons=tuple(_season(text) for text in seasons.split()),
            imdb_type=_IMDB_TYPES.get(imdb, "tvSeries"),
        )


def _season(text: str) -> Season:
    number, episodes, air_date = text.split(":")
    return Season(int(number), int(episodes), air_date)
