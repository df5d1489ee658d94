"""Segments as short text, in one form however they were cut, and how long they are."""

from __future__ import annotations

from collections.abc import Iterable
import hashlib
import re

from .placement import Placement, Segment, Span

_SPAN = re.compile(r"([0-9]{1,6})(-([0-9]{1,6})?)?", re.ASCII)


def span_to_text(span: Span) -> str:
    """Return a span as `5`, `5-9`, or `5-` where it is open."""
    first, last = span
    if last is None:
        return f"{first}-"
    return str(first) if first == last else f"{first}-{last}"


def span_from_text(text: str) -> Span:
    """Read what `span_to_text` writes. ValueError for everything else, and for backward spans."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"no episodes: {text[:20]!r}")
    first = int(found[1])
    last = first if found[2] is None else int(found[3]) if found[3] else None
    if first < 1 or (last is not None and last < first):
        raise ValueError(f"no episodes: {text[:20]!r}")
    return Span(first, last)


def to_text(segments: Iterable[Segment]) -> str:
    """Return segments as they are stored: `season:source>targets|ratio`, with spaces between."""
    return " ".join(_segment_to_text(segment) for segment in segments)


def from_text(text: str) -> tuple[Segment, ...]:
    """Read what `to_text` writes."""
    return tuple(_segment_from_text(part) for part in text.split())


def length(spans: Iterable[Span]) -> int | None:
    """Return how many episodes spans have together; None where there is no end."""
    total = 0
    for first, last in spans:
        if last is None:
            return None
        total += last - first + 1
    return total


def joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return segments in the order of their sources, with what continues another joined to it.

    Two placements that say the same say it in the same words afterwards.
    """
    result: list[Segment] = []
    in_order = sorted(segments, key=lambda one: (one.source.first, one.season))
    for segment in map(_tidied, in_order):
        if result and (both := _both(result[-1], segment)) is not None:
            result[-1] = both
        else:
            result.append(segment)
    return tuple(result)


def fingerprint(placement: Placement) -> str:
    """Return a short text that changes when any episode would land elsewhere (W10).

    Where a placement comes from does not count. To compare only what was synced so far, `cut` both
    to as many episodes first.
    """
    text = "{}:{} {}".format(*placement.target, to_text(joined(placement.segments)))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _segment_to_text(segment: Segment) -> str:
    targets = ",".join(span_to_text(span) for span in segment.targets)
    text = f"{segment.season}:{span_to_text(segment.source)}>{targets}"
    return text if segment.ratio == 1 else f"{text}|{segment.ratio}"


def _segment_from_text(text: str) -> Segment:
    season, _, rest = text.partition(":")
    source, _, rest = rest.partition(">")
    targets, _, ratio = rest.partition("|")
    return Segment(
        span_from_text(source),
        int(season),
        tuple(span_from_text(span) for span in targets.split(",")),
        int(ratio or 1),
    )


def _tidied(segment: Segment) -> Segment:
    """Join targets that follow one another."""
    targets: list[Span] = []
    for span in segment.targets:
        if targets and targets[-1].last is not None and targets[-1].last + 1 == span.first:
            targets[-1] = Span(targets[-1].first, span.last)
        else:
            targets.append(span)
    if len(targets) == len(segment.targets):
        return segment
    return Segment(segment.source, segment.season, tuple(targets), segment.ratio)


def _both(one: Segment, other: Segment) -> Segment | None:
    """Return two segments as one; None where the second does not simply go on after the first."""
    if one.source.last is None or one.source.last + 1 != other.source.first:
        return None
    if (one.season, one.ratio) != (other.season, other.ratio):
        return None
    end = one.targets[-1].last
    if end is None or end + 1 != other.targets[0].first:
        return None
    sources, targets = length((one.source,)), length(one.targets)
    if sources is None or targets is None or not _is_whole(sources, targets, one.ratio):
        return None
    source = Span(one.source.first, other.source.last)
    return _tidied(Segment(source, one.season, one.targets + other.targets, one.ratio))


def _is_whole(sources: int, targets: int, ratio: int) -> bool:
    return sources * ratio == targets if ratio > 0 else sources == targets * -ratio
