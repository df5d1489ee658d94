"""People, as plex.tv writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .people import Person


def user_fields(person: Person, token: str, home_size: int) -> dict[str, Any]:
    """Return what `/api/v2/user` says of somebody to themselves."""
    return {
        "id": person.id,
        "uuid": person.uuid,
        "username": person.username or "",
        "title": person.title,
        "email": person.email or "",
        "friendlyName": person.title,
        "locale": None,
        "confirmed": True,
        "joinedAt": 1_400_000_000,
        "emailOnlyAuth": False,
        "hasPassword": True,
        "protected": person.pin is not None,
        "thumb": person.thumb,
        "authToken": token,
        "mailingListStatus": None,
        "mailingListActive": False,
        "scrobbleTypes": "",
        "country": "DE",
        "pin": "",
        "subscription": {
            "active": True,
            "subscribedAt": "2020-01-01 00:00:00 UTC",
            "status": "Active",
            "paymentService": "",
            "plan": "lifetime",
            "features": ["hardware_transcoding", "webhooks"],
        },
        "subscriptionDescription": "Lifetime Plex Pass",
        "restricted": person.restricted,
        "anonymous": None,
        "home": True,
        "guest": False,
        "homeSize": home_size,
        "homeAdmin": person.admin,
        "maxHomeSize": 15,
        "rememberExpiresAt": None,
        "profile": {
            "autoSelectAudio": True,
            "defaultAudioLanguage": "",
            "defaultSubtitleLanguage": "",
            "autoSelectSubtitle": 0,
            "defaultSubtitleAccessibility": 0,
            "defaultSubtitleForced": 0,
        },
        "entitlements": [],
        "roles": ["plexpass"],
        "services": [],
        "experimentalFeatures": False,
        "twoFactorEnabled": False,
        "backupCodesCreated": False,
    }


def member_fields(person: Person) -> dict[str, Any]:
    """Return what the list of the home says of somebody."""
    return {
        "id": person.id,
        "uuid": person.uuid,
        "title": person.title,
        "username": person.username,
        "email": person.email,
        "friendlyName": None,
        "thumb": person.thumb,
        "hasPassword": person.pin is not None,
        "restricted": person.restricted,
        "restrictionProfile": "older_kid" if person.restricted else None,
        "admin": person.admin,
        "guest": False,
        "protected": person.pin is not None,
    }
