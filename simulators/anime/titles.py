"""The shows and films that the anime of this world are elsewhere."""

from __future__ import annotations

from typing import Final

from .values import Film, Numbering, Show

_BOTH = (Numbering.TVDB, Numbering.TMDB)


def _more(**seasons: int) -> dict[Numbering, dict[int, int]]:
    """Say how many episodes there are that no anime here has: `s3=39`, in both numberings."""
    return {
        numbering: {int(name[1:]): count for name, count in seasons.items()} for numbering in _BOTH
    }


# Title, year, TVDB, TMDB, IMDb, Trakt
SHOWS: Final[tuple[Show, ...]] = (
    Show("Attack on Titan", 2013, 267440, 1429, "tt2560140", 4_100_001, _more(s0=10)),
    Show(
        "JoJo's Bizarre Adventure", 2012, 262954, 45790, "tt2359704", 4_100_002, _more(s3=39, s4=39)
    ),
    Show("Demon Slayer: Kimetsu no Yaiba", 2019, 348545, 85937, "tt9335498", 4_100_003),
    Show("Re:ZERO -Starting Life in Another World-", 2016, 305089, 65942, "tt5607616", 4_100_004),
    Show("SPY x FAMILY", 2022, 405920, 120089, "tt13706018", 4_100_005, _more(s2=12)),
    Show("Mob Psycho 100", 2016, 307375, 67075, "tt5897304", 4_100_006),
    Show("JUJUTSU KAISEN", 2020, 377543, 95479, "tt12343534", 4_100_007),
    Show("Vinland Saga", 2019, 359274, 88803, "tt10233448", 4_100_008),
    Show("Code Geass: Lelouch of the Rebellion", 2006, 79525, 31724, "tt0994314", 4_100_009),
    Show("Made in Abyss", 2017, 326109, 72636, "tt7222086", 4_100_010),
    Show("Gintama", 2006, 79895, 57041, "tt0988818", 4_100_011),
    Show("Bleach", 2004, 74796, 30984, "tt0434665", 4_100_012),
    Show("Naruto", 2002, 78857, 46260, "tt0409591", 4_100_013),
    Show("One Piece", 1999, 81797, 37854, "tt0388629", 4_100_014),
    Show("Hunter x Hunter", 2011, 252322, 46298, "tt2098220", 4_100_015),
    Show("Cowboy Bebop", 1998, 76885, 30991, "tt0213338", 4_100_016),
    Show("Death Note", 2006, 79481, 13916, "tt0877057", 4_100_017),
    Show("Fullmetal Alchemist: Brotherhood", 2009, 85249, 31911, "tt1355642", 4_100_018),
    Show("Frieren: Beyond Journey's End", 2023, 424536, 209867, "tt22248376", 4_100_019),
    Show("Steins;Gate", 2011, 244061, 42509, "tt1910272", 4_100_020),
    Show("Neon Genesis Evangelion", 1995, 70350, 890, "tt0112159", 4_100_021),
    Show("Violet Evergarden", 2018, 330139, 75214, "tt7078180", 4_100_022),
    Show("Mushi-Shi", 2005, 79214, 26867, "tt0807832", 4_100_023),
    Show("Puella Magi Madoka Magica", 2011, 219181, 39218, "tt1773185", 4_100_024),
    Show("Blue Box", 2024, 429934, 207347, "tt32639706", 4_100_025),
    Show("Horimiya", 2021, 388593, 110070, "tt13103134", 4_100_026),
    Show("Hyouka", 2012, 257764, 65329, "tt2340841", 4_100_027),
    Show("Toradora!", 2008, 83277, 42916, "tt1279024", 4_100_028),
    Show("Gurren Lagann", 2007, 80096, 21729, "tt0948103", 4_100_029),
    Show("5 Centimeters per Second", 2007, 82945, None, "tt0983213", 4_100_030),
    Show("Momokuri", 2015, 299746, 67034, "tt5905148", 4_100_031),
    Show("The Disastrous Life of Saiki K.", 2016, 313435, 67676, "tt6354518", 4_100_032),
    Show("Mobile Suit Gundam Thunderbolt", 2015, 305171, 64809, "tt13963530", 4_100_033),
    Show("Onipan!", 2022, 415681, 156911, "tt18634390", 4_100_034),
    Show(
        "Digimon: Digital Monsters", 1999, 72241, 31654, "tt0210413", 4_100_035, _more(s0=8, s1=54)
    ),
    Show(
        "Descending Stories: Showa Genroku Rakugo Shinju",
        *(2016, 304316, 66862),
        "tt5419278",
        4_100_036,
        _more(s0=4, s1=13),
    ),
)

# Title, year, TMDB, IMDb, Trakt
FILMS: Final[tuple[Film, ...]] = (
    Film("Demon Slayer: Mugen Train", 2020, 635302, "tt11032374", 4_200_001),
    Film("Made in Abyss: Dawn of the Deep Soul", 2020, 573730, "tt10068916", 4_200_002),
    Film("Cowboy Bebop: The Movie", 2001, 11299, "tt0275277", 4_200_003),
    Film("The End of Evangelion", 1997, 18491, "tt0169858", 4_200_004),
    Film("Madoka Magica: Rebellion", 2013, 212162, "tt2457282", 4_200_005),
    Film("Steins;Gate: The Movie", 2013, 225745, "tt2967286", 4_200_006),
    Film("Your Name.", 2016, 372058, "tt5311514", 4_200_007),
    Film("Spirited Away", 2001, 129, "tt0245429", 4_200_008),
    Film("A Silent Voice", 2016, 378064, "tt5323662", 4_200_009),
    Film("Akira", 1988, 149, "tt0094625", 4_200_010),
    Film("My Neighbor Totoro", 1988, 8392, "tt0096283", 4_200_011),
    Film("5 Centimeters per Second", 2007, 38142, "tt0983213", 4_200_012),
    Film("Kite", 1998, 18881, "tt0173840", 4_200_013),
)
