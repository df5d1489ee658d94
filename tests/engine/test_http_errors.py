"""Errors and answers as values: what they show, and what they do not."""

from datetime import UTC, datetime

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.media_list_sync.engine.http import (
    Answer,
    CredentialsRejected,
    Forbidden,
    InvalidAnswer,
    Limited,
    NotFound,
    Refused,
    ServiceError,
    Unreachable,
    tidy,
)

UNTIL = datetime(2026, 11, 21, 12, 0, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (Unreachable("seerr", reason="dns", sent=False), "seerr: Unreachable, dns"),
        (CredentialsRejected("seerr", "e1"), "seerr: CredentialsRejected"),
        (Forbidden("trakt", None, "VIP only"), "trakt: Forbidden (VIP only)"),
        (Limited("imdb", until=UNTIL), "imdb: Limited until 2026-11-21T12:00:00+00:00"),
        (NotFound("imdb"), "imdb: NotFound"),
        (InvalidAnswer("imdb", None, "not JSON"), "imdb: InvalidAnswer (not JSON)"),
        (Refused("seerr", None, "no", status=409), "seerr: Refused, 409 (no)"),
    ],
)
def test_an_error_says_what_happened(error: ServiceError, text: str) -> None:
    assert str(error) == text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", ""),
        ("Quota  exceeded.\n", "Quota exceeded."),
        ("<h1>502 <b>Bad</b> Gateway</h1>", "502 Bad Gateway"),
        ("a &lt; b", "a < b"),
        ("see https://user:pw@host/path?api_key=abc#x for more", "see https://host/path for more"),
        ("GET /media?take=1&key=abc failed", "GET /media?… failed"),
        ("really? yes", "really? yes"),
        ("bad key MTc2Mzcwa2V5LXZhbHVlLWhlcmU= given", "bad key … given"),
        (f"bad token {'0a' * 32}", "bad token …"),
        ("bad token sX7-kQ2_vN9rT4yLmB3c", "bad token …"),
        ("supercalifragilisticexpialidocious", "supercalifragilisticexpialidocious"),
        ("tt0111161 is no title", "tt0111161 is no title"),
        ("zero\0byte \x1b[31mred", "zero byte [31mred"),
    ],
)
def test_words_of_a_service_are_tidied(said: str, shown: str) -> None:
    assert tidy(said) == shown
    assert ServiceError("s", None, said).detail == shown


@settings(deadline=None)
@given(st.text(max_size=3_000))
def test_words_of_a_service_are_short_and_stay_as_they_are(said: str) -> None:
    once = tidy(said)
    assert len(once) <= 200
    assert once == "" or once.isprintable()


@settings(deadline=None)
@given(st.text("abcdef0123456789", min_size=18, max_size=64), st.text(max_size=100))
def test_a_token_never_shows(token: str, around: str) -> None:
    token = f"1a{token}"
    assert token not in tidy(f"{around} {token} {around}")
    assert token not in tidy(f"{around}?token={token}")


def answer(body: bytes, kind: str = "application/json", status: int = 200) -> Answer:
    return Answer("thing", "entry", status, {"Content-Type": kind}, body)


def test_json_is_read() -> None:
    assert answer(b'{"a": [1, "\xc3\xa9"]}').json() == {"a": [1, "é"]}
    assert answer(b"\xef\xbb\xbfnull").json() is None
    assert answer(b"[]", "text/plain").json() == []


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b'{"a": "\xff"}', b"[" * 5000, b"plain"])
def test_what_is_no_json_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidAnswer) as caught:
        answer(body).json()
    assert caught.value.account == "entry"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("body", "kind", "title"),
    [
        (b"<html><title>\n Sign &amp; in </title>", "application/json", "Sign & in"),
        (b"  <!DOCTYPE HTML><p>", "", "a web page"),
        (b"\xef\xbb\xbf<html lang='en'>", "", "a web page"),
        (b"{}", "text/html; charset=utf-8", "a web page"),
        (b"<title>X</title>", "application/xhtml+xml", "X"),
    ],
)
def test_a_web_page_is_known(body: bytes, kind: str, title: str) -> None:
    page = answer(body, kind, 403)
    assert page.is_html
    with pytest.raises(InvalidAnswer) as caught:
        page.json()
    assert caught.value.detail == f"403: {title}"


@pytest.mark.parametrize("body", [b"{}", b"", b"<rss/>", b"<htmlish>", b'"<html>"'])
def test_what_is_no_web_page_is_known(body: bytes) -> None:
    assert not answer(body, "application/json").is_html
