"""What the tests of lists do again and again."""

from custom_components.media_list_sync.engine.lists import ListSource, ListSpec, recognise
from custom_components.media_list_sync.engine.model import ListContents


async def whole(source: ListSource, known: str | None = None) -> ListContents:
    """Read a list that has changed."""
    contents = await source.read(known)
    assert contents is not None
    return contents


def meant(text: str) -> ListSpec:
    """Recognise what is a list."""
    spec = recognise(text)
    assert spec is not None
    return spec
