"""The address of a server, in whatever form a person pastes it."""

from hypothesis import given, strategies as st
import pytest

from custom_components.media_list_sync.flows.address import AddressInvalid, candidates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://homeserver:5055", ["http://homeserver:5055/"]),
        ("  HTTP://HomeServer:5055/  ", ["http://homeserver:5055/"]),
        ("https://example.org/seerr/", ["https://example.org/seerr"]),
        ("https://example.org/seerr/api/v1", ["https://example.org/seerr"]),
        ("https://example.org/api/v1/status?x=1#y", ["https://example.org/"]),
        ("https://example.org/api", ["https://example.org/"]),
        ("http://[::1]:5055/", ["http://[::1]:5055/"]),
        ("https://example.org/a%20b", ["https://example.org/a%20b"]),
        ("homeserver:5055", ["https://homeserver:5055/", "http://homeserver:5055/"]),
        ("//homeserver", ["https://homeserver/", "http://homeserver/"]),
        ("192.168.1.2", ["https://192.168.1.2/", "http://192.168.1.2/"]),
        # Pages: a proxy may have put the server under such a path, so that is tried first.
        ("http://homeserver/login", ["http://homeserver/login", "http://homeserver/"]),
        (
            "https://example.org/requests/settings/main",
            [
                "https://example.org/requests/settings/main",
                "https://example.org/requests",
                "https://example.org/",
            ],
        ),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert [str(url) for url in candidates(text)] == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "invalid_url"),
        ("   ", "invalid_url"),
        ("http://", "invalid_url"),
        ("ftp://homeserver", "invalid_url"),
        ("home server", "invalid_url"),
        ("homeserver:port", "invalid_url"),
        ("homeserver:99999", "invalid_url"),
        ("homeserver:0", "invalid_url"),
        ("http://me:secret@homeserver", "url_credentials"),
        ("me@homeserver", "url_credentials"),
    ],
)
def test_not_an_address(text: str, problem: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        candidates(text)
    assert caught.value.problem == problem


@given(st.text())
def test_whatever_is_pasted(text: str) -> None:
    """Any text gives addresses without anything to hide in them, or is refused."""
    try:
        found = candidates(text)
    except AddressInvalid:
        return
    assert found
    for url in found:
        assert url.scheme in ("http", "https")
        assert url.host
        assert not any([url.user, url.password, url.query_string, url.fragment])
