"""Reading guids of Plex."""

import pytest

from custom_components.media_list_sync.engine.clients.plex import PlexIds, plex_ids


@pytest.mark.parametrize(
    ("guid", "ids"),
    [
        ("plex://show/5e16253691c2", PlexIds("plex", plex="5e16253691c2")),
        ("plex://movie/5d7768", PlexIds("plex", plex="5d7768")),
        ("plex://", PlexIds("plex")),
        ("com.plexapp.agents.thetvdb://268592?lang=en", PlexIds("thetvdb", tvdb=268592)),
        ("com.plexapp.agents.themoviedb://603?lang=de", PlexIds("themoviedb", tmdb=603)),
        ("com.plexapp.agents.imdb://tt0133093?lang=en", PlexIds("imdb", imdb="tt0133093")),
        ("com.plexapp.agents.imdb://0133093", PlexIds("imdb")),
        ("com.plexapp.agents.hama://anidb-69?lang=en", PlexIds("hama", anidb=69)),
        ("com.plexapp.agents.hama://anidb4-69", PlexIds("hama", anidb=69, variant=4)),
        ("com.plexapp.agents.hama://tvdb-81797", PlexIds("hama", tvdb=81797)),
        ("com.plexapp.agents.hama://tvdb2-81797", PlexIds("hama", tvdb=81797, variant=2)),
        ("com.plexapp.agents.hama://tvdb3-81797", PlexIds("hama", tvdb=81797, variant=3)),
        ("com.plexapp.agents.hama://tvdb4-81797", PlexIds("hama", tvdb=81797, variant=4)),
        ("com.plexapp.agents.hama://tvdb5-81797", PlexIds("hama", tvdb=81797, variant=5)),
        ("com.plexapp.agents.hama://tmdb-129", PlexIds("hama", tmdb=129)),
        ("com.plexapp.agents.hama://imdb-tt0245429", PlexIds("hama", imdb="tt0245429")),
        ("com.plexapp.agents.hama://youtube-PLx", PlexIds("hama")),
        ("com.plexapp.agents.hama://anidb-", PlexIds("hama")),
        ("me.sachaw.agents.anilist://21?lang=en", PlexIds("anilist", anilist=21)),
        ("me.sachaw.agents.anilist://21/1/2?lang=en", PlexIds("anilist")),
        (
            "net.fribbtastic.coding.plex.myanimelist://21?lang=en",
            PlexIds("myanimelist", mal=21),
        ),
        ("local://1234", PlexIds("local")),
        ("com.plexapp.agents.none://9d32", PlexIds("com.plexapp.agents.none")),
        ("nothing at all", PlexIds()),
        ("", PlexIds()),
        (None, PlexIds()),
    ],
)
def test_the_agents_own(guid: str | None, ids: PlexIds) -> None:
    assert plex_ids(guid) == ids


def test_those_of_others() -> None:
    others = ["imdb://tt13015952", "tmdb://2434012", "tvdb://7945991", "mbid://3f", "tvdb://x", "?"]

    ids = plex_ids("plex://show/5e16", others)

    assert ids == PlexIds("plex", plex="5e16", imdb="tt13015952", tmdb=2434012, tvdb=7945991)


def test_those_of_anime() -> None:
    ids = plex_ids("local://7", ["anidb://69", "anilist://21", "mal://21"])
    assert ids == PlexIds("local", anidb=69, anilist=21, mal=21)


def test_a_number_in_other_digits_is_none() -> None:
    assert plex_ids("me.sachaw.agents.anilist://٢١") == PlexIds("anilist")
