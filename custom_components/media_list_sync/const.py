"""Names that several files share."""

from __future__ import annotations

from typing import Final

DOMAIN: Final = "media_list_sync"

# The kinds of accounts and of what belongs to them.
SERVICE_ANILIST: Final = "anilist"
SERVICE_PLEX: Final = "plex"
SERVICE_SEERR: Final = "seerr"
SERVICE_TRAKT: Final = "trakt"
SUBENTRY_LIST: Final = "list"
SUBENTRY_PAIRING: Final = "pairing"

# What an entry holds, beside Home Assistant's own `url`, `verify_ssl`, `api_key`, `client_id`,
# `client_secret` and `username`.
CONF_SERVICE: Final = "service"
CONF_SERVER_ID: Final = "server_id"
CONF_SERVER_NAME: Final = "server_name"
# Who it is, by the number or id that their service never changes.
CONF_USER_ID: Final = "user_id"
# Which application credential somebody signed in with: Home Assistant's own name for it.
CONF_AUTH_IMPLEMENTATION: Final = "auth_implementation"

# What the subentry of a list holds, beside `user_id`: whom its requests are made for.
CONF_LIST: Final = "list"
CONF_TRAKT_ACCOUNT: Final = "trakt_account"
CONF_MEDIA_TYPES: Final = "media_types"
CONF_SEASONS: Final = "seasons"
CONF_FIRST_SEASONS: Final = "first_seasons"
CONF_INCLUDE_EPISODES: Final = "include_episodes"
CONF_QUALITY: Final = "quality"
CONF_APPROVAL: Final = "approval"
CONF_DESTINATIONS: Final = "destinations"
CONF_SERVER: Final = "server"
CONF_PROFILE: Final = "profile"
CONF_ROOT_FOLDER: Final = "root_folder"
CONF_TAGS: Final = "tags"
CONF_MAX_REQUESTS: Final = "max_requests"
CONF_INTERVAL: Final = "interval"
CONF_ORDER: Final = "order"
CONF_PAUSED: Final = "paused"

# What the subentry of a pairing holds, beside `interval` and `paused`.
CONF_TRACKER: Final = "tracker"
CONF_LIBRARIES: Final = "libraries"
CONF_DIRECTION: Final = "direction"
CONF_STATUSES: Final = "statuses"
CONF_SCORES: Final = "scores"
CONF_WATCHLIST: Final = "watchlist"
CONF_DROPPED: Final = "dropped"
CONF_PRIVATE: Final = "private"
CONF_ADULT: Final = "adult"
CONF_FOLLOW: Final = "follow"
CONF_CONFLICT: Final = "conflict"
CONF_ADD: Final = "add"
CONF_REPLAYS: Final = "replays"
CONF_SKIP_MISSING: Final = "skip_missing"
CONF_BRAKE: Final = "brake"

PAIRING_INTERVAL: Final = 3_600
"""Seconds between two syncs of a pairing: an hour."""
MIN_PAIRING_INTERVAL: Final = 60
"""A sync in which nothing changed is one request to AniList, and one to Trakt or for a library."""

DEFAULT_INTERVAL: Final = 21_600
"""Seconds between two syncs of a list: six hours."""
MIN_INTERVAL: Final = 900
DEFAULT_ORDER: Final = 50

# What configuration.yaml may hold: for people who keep the key elsewhere, for tests and the demo.
CONF_ENDPOINTS: Final = "endpoints"
CONF_KEY_FILE: Final = "key_file"

# Names of secrets in the store, where an account's entry is their owner.
SECRET_TOKEN: Final = "token"  # noqa: S105  (a name, not a secret)
