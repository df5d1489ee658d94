"""What the three servers have in common is the rest of the package; here is what differs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flavour:
    """One of the servers, in the version that is played."""

    name: str
    version: str
    merged: bool
    """Seerr's family (Seerr, Jellyseerr): it knows Jellyfin, blocklisted, deleted and completed.

    What was deleted from the library shows as 7 there, as 1 (unknown) on Overseerr; a request
    whose title became available becomes completed (5) there, and stays approved on Overseerr.
    """
    all_takes_specials: bool
    """Whether `seasons: "all"` includes season 0, and an explicit season 0 is taken, by default."""
    moves_updated_at: bool
    """Whether `updatedAt` moves when a status changes. Seerr's on SQLite does not."""
    blocklist_paths: tuple[str, ...]
    blocklisted: str
    """What a request for a blocklisted title is answered with."""
    hide_setting: str = "hideBlocklisted"


SEERR = Flavour(
    name="Seerr",
    version="3.1.0",
    merged=True,
    all_takes_specials=False,
    moves_updated_at=False,
    blocklist_paths=("/blocklist", "/blacklist"),
    blocklisted="This media is blocklisted.",
)
OVERSEERR = Flavour(
    name="Overseerr",
    version="1.34.0",
    merged=False,
    all_takes_specials=True,
    moves_updated_at=True,
    blocklist_paths=(),
    blocklisted="",
)
# No Jellyseerr was recorded. It is Seerr's direct ancestor and is played as Seerr, with what its
# public source shows to be named differently: the blacklist, and the word in the refusal.
JELLYSEERR = Flavour(
    name="Jellyseerr",
    version="2.7.3",
    merged=True,
    all_takes_specials=False,
    moves_updated_at=False,
    blocklist_paths=("/blacklist",),
    blocklisted="This media is blacklisted.",
    hide_setting="hideBlacklisted",
)
