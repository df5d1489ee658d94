"""The file behind a film or an episode."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .items import Leaf

DURATION: Final = 1_440_000
"""Milliseconds that everything lasts."""


def media_of(leaf: Leaf) -> dict[str, Any]:
    """Return the `Media` element: one version, in one part."""
    number = leaf.key + 1_000_000
    return {
        "id": number,
        "duration": DURATION,
        "bitrate": 4178,
        "width": 1920,
        "height": 1080,
        "aspectRatio": 1.78,
        "audioChannels": 2,
        "audioCodec": "aac",
        "videoCodec": "h264",
        "videoResolution": "1080",
        "container": "mkv",
        "videoFrameRate": "24p",
        "audioProfile": "lc",
        "videoProfile": "high",
        "Part": [
            {
                "id": number,
                "key": f"/library/parts/{number}/{leaf.added_at}/file.mkv",
                "duration": DURATION,
                "file": f"/data/{leaf.library.title}/{leaf.title} ({leaf.key}).mkv",
                "size": 613400382,
                "audioProfile": "lc",
                "container": "mkv",
                "videoProfile": "high",
            }
        ],
    }
