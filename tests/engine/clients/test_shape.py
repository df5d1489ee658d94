"""Reading answers: off the event loop where they are large."""

import threading

import orjson
import pytest

from custom_components.media_list_sync.engine.clients.seerr import shapes
from custom_components.media_list_sync.engine.clients.shape import LARGE, Misshapen, read
from custom_components.media_list_sync.engine.http import Answer, InvalidAnswer
from simulators.catalog import generated
from simulators.seerr import SEERR


@pytest.mark.parametrize(("size", "is_elsewhere"), [(LARGE // 2, False), (LARGE, True)])
async def test_what_is_large_is_read_in_a_worker_thread(size: int, is_elsewhere: bool) -> None:
    answer = Answer("seerr", "entry", 200, {}, orjson.dumps(["x" * size]))

    thread = await read(answer, lambda _: threading.current_thread())

    assert (thread is not threading.main_thread()) is is_elsewhere


async def test_a_page_of_the_library_is_read_in_a_worker_thread(
    start_seerr, seerr_client, monkeypatch
) -> None:
    server = await start_seerr(SEERR)
    server.add_library(generated(1000))
    threads = set()
    plain = shapes.library_row

    def library_row(row):
        threads.add(threading.current_thread())
        return plain(row)

    monkeypatch.setattr(shapes, "library_row", library_row)
    page = await seerr_client(server).media_page(0)

    assert len(page.rows) == 1000
    assert threading.main_thread() not in threads


@pytest.mark.parametrize("size", [LARGE // 100, LARGE * 10])
async def test_errors_are_the_same_in_a_worker_thread(size: int) -> None:
    answer = Answer("seerr", "entry", 200, {}, orjson.dumps(["x" * size]))

    def build(value: object) -> object:
        raise Misshapen("that is nothing")

    with pytest.raises(InvalidAnswer, match="that is nothing") as error:
        await read(answer, build)
    assert error.value.account == "entry"
    assert error.value.__context__ is None
    broken = Answer("seerr", "entry", 200, {}, answer.body[:-1])
    with pytest.raises(InvalidAnswer, match="not JSON"):
        await read(broken, build)
