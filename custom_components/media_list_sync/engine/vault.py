"""The vault: seals and opens credentials with a key that lies in a file of its own.

Everything here blocks: callers run it in a worker thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
import hashlib
import logging
import os
from pathlib import Path
import secrets
import stat
from typing import Literal

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
import orjson

_LOGGER = logging.getLogger(__name__)

type JsonValue = str | int | float | bool | list[JsonValue] | dict[str, JsonValue] | None
type FileProblem = Literal["missing", "unreadable", "invalid", "unwritable"]


class KeyLost(Exception):
    """Something was sealed with a key that the vault does not have, or was altered since."""

    def __init__(self) -> None:
        super().__init__("sealed with a key that is not there")


class KeyFileProblem(Exception):
    """The key file cannot be used. Nothing of what is in it is in the text."""

    def __init__(self, reason: FileProblem, path: Path, detail: str = "") -> None:
        super().__init__(f"key file {path}: {reason}{f' ({detail})' if detail else ''}")
        self.reason: FileProblem = reason
        self.path = path


class Vault:
    """Seals with the first key, opens with any. Safe to use from several threads at once."""

    def __init__(self, path: Path, keys: Sequence[bytes]) -> None:
        """Use `load` or `at` instead. ValueError for a key that is none."""
        self._path = path
        self._use(keys)

    def _use(self, keys: Sequence[bytes]) -> None:
        fernet = MultiFernet([Fernet(key) for key in keys])
        self._keys = tuple(keys)
        self._fernet = fernet

    @classmethod
    def load(cls, path: Path) -> Vault:
        """Read the key file, and make it, with a new key, where there is none."""
        return cls.at(path, create=True)

    @classmethod
    def at(cls, path: Path, *, create: bool) -> Vault:
        """Read the key file: a key a line, the first one seals. KeyFileProblem where it cannot.

        With `create`, a file that is not there is made, readable for its owner only. Of several
        that make it at once, one wins and all use its key.
        """
        try:
            path = path.resolve()  # a link stays a link when its file is replaced
            if create and not path.exists():
                _write(path, [Fernet.generate_key()], replace=False)
        except (OSError, RuntimeError) as error:
            raise KeyFileProblem("unwritable", path, _words(error)) from None
        try:
            content = path.read_bytes()
            mode = path.stat().st_mode
        except FileNotFoundError:
            raise KeyFileProblem("missing", path) from None
        except OSError as error:
            raise KeyFileProblem("unreadable", path, _words(error)) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            _LOGGER.warning(
                "The key file %s is open to other users of this system (mode %o); 600 is enough",
                path,
                stat.S_IMODE(mode),
            )
        keys = [line.strip() for line in content.splitlines() if line.strip()]
        if not keys:
            raise KeyFileProblem("invalid", path, "empty")
        try:
            return cls(path, keys)
        except ValueError:
            raise KeyFileProblem("invalid", path, "a line that is no key") from None

    @property
    def path(self) -> Path:
        """The key file."""
        return self._path

    @property
    def fingerprint(self) -> str:
        """What tells the first key from others, and nothing about it."""
        return hashlib.sha256(b"media_list_sync:" + self._keys[0]).hexdigest()[:16]

    def seal(self, value: Mapping[str, JsonValue] | str) -> str:
        """Return a value sealed. A mapping is sealed as JSON."""
        clear = value.encode() if isinstance(value, str) else orjson.dumps(dict(value))
        return self._fernet.encrypt(clear).decode("ascii")

    def open(self, sealed: str) -> str:
        """Return what was sealed; a mapping as JSON. KeyLost where no key fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise KeyLost from None

    def rotate(self) -> None:
        """Seal with a new key from now on; the old ones still open. KeyFileProblem changes nothing.

        Then `reseal` everything, and `forget_old_keys`.
        """
        self._keep([Fernet.generate_key(), *self._keys])

    def reseal(self, sealed: str) -> str:
        """Return the same, sealed with the first key. KeyLost where no key fits."""
        try:
            return self._fernet.rotate(sealed.encode()).decode("ascii")
        except InvalidToken:
            raise KeyLost from None

    def forget_old_keys(self) -> None:
        """Keep the first key only: what was not resealed is lost. KeyFileProblem changes nothing."""
        self._keep(self._keys[:1])

    def _keep(self, keys: Sequence[bytes]) -> None:
        try:
            _write(self._path, keys, replace=True)
        except OSError as error:
            raise KeyFileProblem("unwritable", self._path, _words(error)) from None
        self._use(keys)


def _write(path: Path, keys: Sequence[bytes], *, replace: bool) -> None:
    """Write the file whole or not at all. Without `replace`, one that is there by now stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(b"\n".join(keys) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            _put_once(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _flush_folder(path.parent)


def _put_once(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        draft.replace(path)


def _flush_folder(folder: Path) -> None:
    """Make sure that the file's name, too, outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError:
        _LOGGER.debug("The file system under %s cannot flush folders", folder)
    finally:
        os.close(descriptor)


def _words(error: Exception) -> str:
    return (error.strerror or "") if isinstance(error, OSError) else ""
