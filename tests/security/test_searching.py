"""The search for secrets finds them: without this, that it finds none says nothing."""

from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from .searching import leaks

SECRET = "tok/en+1_zY9w8V7u6T5s4R3"
LONG = "eyJhbGciOiJIUzI1NiJ9." + "x1Y2z3" * 10 + "." + "a9B8c7" * 6


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"before{SECRET}after",
        quote(SECRET, safe=""),
        SECRET.encode().hex(),
        *(b64encode(b"-" * n + SECRET.encode() + b"tail").decode() for n in range(4)),
        *(urlsafe_b64encode(b"-" * n + SECRET.encode()).decode() for n in range(4)),
    ],
)
def test_forms(text: str) -> None:
    assert leaks({SECRET, "another-secret-of-theirs"}, {"log": text, "states": ""}) == {
        (SECRET, "log")
    }


def test_pieces_of_a_long_one() -> None:
    assert leaks({LONG}, {"log": f"token {LONG[-20:]}"})
    assert leaks({LONG[30:]}, {"log": f"token {LONG[30:50]}…"})
    assert not leaks({LONG}, {"log": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"})


def test_short_ones_are_words() -> None:
    for text in ("code AB12", "/link?pin=AB12&a=b", "/AB12/", '"AB12"', "AB12"):
        assert leaks({"AB12"}, {"log": text})
    for text in ("xAB12", "AB12x", "-AB12", "0AB12="):
        assert not leaks({"AB12"}, {"log": text})
