"""The vault and its key file."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
import logging
import os
from pathlib import Path
import stat
from threading import Barrier

from cryptography.fernet import Fernet
from hypothesis import given, settings, strategies as st
import orjson
import pytest

from custom_components.media_list_sync.engine.vault import JsonValue, KeyFileProblem, KeyLost, Vault

KEY = b64encode(bytes(32))
SECRET = "a-key-of-a-server"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "media_list_sync.key"


@pytest.fixture
def vault(path: Path) -> Vault:
    return Vault.load(path)


def test_what_is_sealed_can_be_opened_and_not_read(vault: Vault) -> None:
    sealed = vault.seal(SECRET)
    assert SECRET not in sealed
    assert vault.open(sealed) == SECRET


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_sealed(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    vault = Vault(Path("unused"), [Fernet.generate_key()])
    assert vault.open(vault.seal(text)) == text


def test_a_mapping_can_be_sealed(vault: Vault) -> None:
    pair: dict[str, JsonValue] = {
        "access_token": SECRET,
        "expires_in": 86_400,
        "scope": None,
        "of": [1, {"a": True}],
    }
    assert orjson.loads(vault.open(vault.seal(pair))) == pair


def test_the_key_outlives_a_restart(path: Path) -> None:
    first = Vault.load(path)
    second = Vault.load(path)
    assert second.open(first.seal(SECRET)) == SECRET
    assert second.fingerprint == first.fingerprint


def test_the_key_file_is_its_owners_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        Vault.load(path).rotate()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_all_who_make_the_key_file_at_once_use_one_key(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate = Fernet.generate_key
    everybody = Barrier(8)

    def generate_together() -> bytes:
        everybody.wait(30)  # all have seen that there is none
        return generate()

    monkeypatch.setattr(Fernet, "generate_key", generate_together)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: Vault.load(path), range(8)))
    assert len({vault.fingerprint for vault in made}) == 1
    assert len(path.read_bytes().split()) == 1
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_file_system_without_hard_links_will_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    sealed = Vault.load(path).seal(SECRET)
    assert Vault.load(path).open(sealed) == SECRET


def test_an_open_key_file_is_warned_of_and_used(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = Vault.load(path).seal(SECRET)
    assert not caplog.records
    path.chmod(0o644)
    assert Vault.load(path).open(sealed) == SECRET
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "644" in record.message


def test_without_create_nothing_is_made(path: Path) -> None:
    with pytest.raises(KeyFileProblem) as caught:
        Vault.at(path, create=False)
    assert caught.value.reason == "missing"
    assert not path.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n \n",
        b"not a key",
        SECRET.encode(),
        KEY[:-5],
        KEY + b"\nrubbish",
        b"\xff\x00\xfe" * 20,
    ],
)
def test_a_file_that_is_no_key_file_is_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(KeyFileProblem) as caught:
        Vault.load(path)
    assert caught.value.reason == "invalid"
    assert path.read_bytes() == content
    assert SECRET not in str(caught.value)


def test_lines_are_keys_whatever_ends_them(path: Path) -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key()
    path.parent.mkdir()
    path.write_bytes(b"\r\n" + new + b"  \r\n\r\n" + old)
    vault = Vault.load(path)
    assert vault.open(Fernet(old).encrypt(b"x").decode()) == "x"
    assert Fernet(new).decrypt(vault.seal("x")) == b"x"


def test_what_cannot_be_read_is_said(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(KeyFileProblem) as caught:
        Vault.load(path)
    assert caught.value.reason == "unreadable"


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(KeyFileProblem) as caught:
        Vault.load(tmp_path / "file" / "key")
    assert caught.value.reason == "unwritable"


def test_another_key_does_not_open(vault: Vault, tmp_path: Path) -> None:
    sealed = vault.seal(SECRET)
    other = Vault.load(tmp_path / "other.key")
    assert other.fingerprint != vault.fingerprint
    for use in (other.open, other.reseal):
        with pytest.raises(KeyLost) as caught:
            use(sealed)
        assert caught.value.__suppress_context__


@pytest.mark.parametrize("sealed", ["", "plain", "é", "gAAAAA", "\0", "g" * 5000])
def test_what_was_never_sealed_does_not_open(vault: Vault, sealed: str) -> None:
    for use in (vault.open, vault.reseal):
        with pytest.raises(KeyLost):
            use(sealed)


def test_what_was_altered_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(SECRET)
    middle = len(sealed) // 2
    altered = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    with pytest.raises(KeyLost):
        vault.open(altered)


def test_a_key_can_be_changed(vault: Vault, path: Path) -> None:
    old, before = vault.seal(SECRET), vault.fingerprint
    vault.rotate()
    assert vault.fingerprint != before
    assert vault.open(old) == SECRET
    assert Vault.load(path).open(old) == SECRET, "killed before anything was sealed anew"
    new = vault.reseal(old)
    vault.forget_old_keys()
    for now in (vault, Vault.load(path)):
        assert now.open(new) == SECRET
        with pytest.raises(KeyLost):
            now.open(old)
    assert Vault.load(path).fingerprint == vault.fingerprint


def test_a_key_that_cannot_be_written_is_not_used(
    vault: Vault, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, content = vault.fingerprint, path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(KeyFileProblem) as caught:
        vault.rotate()
    assert caught.value.reason == "unwritable"
    assert vault.fingerprint == before
    assert path.read_bytes() == content
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_link_stays_a_link(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "real.key"
    Vault.load(real)
    path.parent.mkdir()
    path.symlink_to(real)
    vault = Vault.load(path)
    vault.rotate()
    assert path.is_symlink()
    assert len(real.read_bytes().split()) == 2


def test_no_key_shows(vault: Vault, path: Path) -> None:
    keys = path.read_text().split()
    sealed = vault.seal(SECRET)
    shown = [repr(vault), str(vault), vault.fingerprint, repr(KeyLost()), str(KeyLost())]
    assert not [text for text in shown for key in keys if key in text or sealed in text]
