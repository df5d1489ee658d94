"""CSV files that IMDb exported."""

from contextlib import suppress
import csv
from datetime import UTC, datetime
import io
from pathlib import Path
import time

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.media_list_sync.engine.captions import caption
from custom_components.media_list_sync.engine.lists import (
    MAX_BYTES,
    FileInvalid,
    FileMissing,
    ListSpec,
    build,
    parse,
    read_bounded,
)
from custom_components.media_list_sync.engine.lists.imdb_csv import MAX_ROWS, file_name
from custom_components.media_list_sync.engine.model import Ids, ListContents, ListItem, MediaType

from .helpers import whole

NEW = (
    "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,"
    "Runtime (mins),Year,Genres,Num Votes,Release Date,Directors,Your Rating,Date Rated"
)
MATRIX = (
    "1,tt0133093,2024-01-31,2024-02-01,,The Matrix,The Matrix,https://www.imdb.com/title/tt0133093/,"
    'Movie,8.7,136,1999,"Action, Sci-Fi",2100000,1999-03-31,"Lana Wachowski, Lilly Wachowski",,'
)
OLD = (
    '"position","const","created","modified","description","Title","Title type","Directors",'
    '"You rated","IMDb Rating","Runtime (mins)","Year","Genres","Num. Votes",'
    '"Release Date (month/day/year)","URL"'
)
OLD_ROW = (
    '"1","tt0903747","Tue Jan 31 00:00:00 2012","","","Breaking Bad","TV Series","","","9.5","49",'
    '"2008","crime, drama","1","2008-01-20","http://www.imdb.com/title/tt0903747/"'
)


def file(*rows: str, header: str = NEW, newline: str = "\n") -> bytes:
    return newline.join([header, *rows, ""]).encode()


def row(number: int, kind: str = "Movie", title: str = "A", const: str | None = None) -> str:
    const = const or f"tt{number:07d}"
    return f"{number},{const},2024-01-31,,,{title},,,{kind},,,2000,,,,,,"


def reason(data: bytes) -> str:
    with pytest.raises(FileInvalid) as error:
        parse(data, "list")
    assert error.value.service == "file"
    return error.value.reason


def test_reads_a_new_export() -> None:
    contents = parse(file(MATRIX), "My list")

    assert contents == ListContents(
        "My list",
        (
            ListItem(
                MediaType.MOVIE,
                Ids(imdb="tt0133093"),
                "The Matrix",
                1999,
                listed_at=datetime(2024, 1, 31, tzinfo=UTC),
            ),
        ),
        {},
    )


def test_reads_an_old_export() -> None:
    (item,) = parse(file(OLD_ROW, header=OLD, newline="\r\n"), "list").items

    assert item.ids == Ids(imdb="tt0903747")
    assert (item.title, item.year, item.media_type) == ("Breaking Bad", 2008, MediaType.SHOW)
    assert item.listed_at == datetime(2012, 1, 31, tzinfo=UTC)


def test_reads_ratings() -> None:
    header = "Const,Your Rating,Date Rated,Title,URL,Title Type,Year"
    data = file("tt0133093,9,2020-05-06,The Matrix,,movie,1999", header=header)

    (item,) = parse(data, "ratings").items

    assert item.listed_at == datetime(2020, 5, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encode", "title"),
    [
        (lambda text: text.encode(), "Amélie — 七人の侍"),
        (lambda text: text.encode("utf-8-sig"), "Amélie — 七人の侍"),
        (lambda text: text.encode("utf-16"), "Amélie — 七人の侍"),
        (lambda text: text.encode("utf-16-le"), "Amélie — 七人の侍"),
        (lambda text: text.encode("utf-16-be"), "Amélie — 七人の侍"),
        (lambda text: text.encode("latin-1"), "Amélie"),
        (lambda text: text.encode("cp1252"), "Schindler\u2019s List"),
    ],
)
def test_encodings(encode, title) -> None:
    text = "\n".join([NEW, row(1, title=title)])
    (item,) = parse(encode(text), "list").items
    assert item.title == title


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_quotes_and_newlines_in_a_field(delimiter) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(["Const", "Description", "Title", "Title Type"])
    writer.writerow(["tt0133093", 'two\nlines; "quoted", and\r\nmore\ttabs', "A, B; C\tD", "Movie"])
    writer.writerow([])
    writer.writerow(["tt1160419", "", "Dune", "Movie"])

    items = parse(out.getvalue().encode(), "list").items

    assert [item.title for item in items] == ["A, B; C D", "Dune"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("Movie", MediaType.MOVIE),
        ("movie", MediaType.MOVIE),
        ("", MediaType.MOVIE),
        ("Feature Film", MediaType.MOVIE),
        ("TV Movie", MediaType.MOVIE),
        ("tvMovie", MediaType.MOVIE),
        ("Short", MediaType.MOVIE),
        ("Video", MediaType.MOVIE),
        ("TV Special", MediaType.MOVIE),
        ("TV Short", MediaType.MOVIE),
        ("TV Series", MediaType.SHOW),
        ("tvSeries", MediaType.SHOW),
        ("TV Mini Series", MediaType.SHOW),
        ("TV Mini-Series", MediaType.SHOW),
        ("tvMiniSeries", MediaType.SHOW),
        ("Mini-Series", MediaType.SHOW),
        ("TV Episode", "episode"),
        ("tvEpisode", "episode"),
        ("Video Game", "game"),
        ("videoGame", "game"),
        ("Podcast Series", "podcast"),
        ("podcastEpisode", "podcast"),
        ("Music Video", "music_video"),
        ("Something New", "other"),
    ],
)
def test_kinds_of_titles(kind, expected) -> None:
    contents = parse(file(row(1, kind)), "list")

    if isinstance(expected, MediaType):
        assert [item.media_type for item in contents.items] == [expected]
        assert contents.left_out == {}
    else:
        assert contents.items == ()
        assert contents.left_out == {expected: 1}
    assert contents.total == 1


def test_counts_duplicates_and_persons() -> None:
    data = file(MATRIX, MATRIX, row(3, const="nm0000151"), row(4, const="xx"))

    contents = parse(data, "list")

    assert len(contents.items) == 1
    assert contents.left_out == {"duplicate": 1, "person": 1, "other": 1}
    assert contents.total == 4


def test_an_empty_list_is_a_list() -> None:
    assert parse(file(), "list").total == 0


def test_fields_that_may_be_missing() -> None:
    data = b"Title Type,Const\nMovie,https://www.imdb.com/title/tt0133093/?ref\n"
    (item,) = parse(data, "list").items
    assert item == ListItem(MediaType.MOVIE, Ids(imdb="tt0133093"), "")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not_text"),
        (b"PK\x03\x04\x14\x00\x00\x00\x08\x00", "not_text"),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "not_imdb"),
        (b'{"items": []}', "not_imdb"),
        (b"Date,Name,Year,Letterboxd URI\n2024-01-01,The Matrix,1999,x\n", "not_imdb"),
        (b"Const,Title\ntt0133093,The Matrix\n", "not_imdb"),
        (file(row(1, const="xx"), row(2, const="yy")), "no_ids"),
        (file(MATRIX)[:-150], "broken"),
        (file(MATRIX, "2,tt11604"), "broken"),
        (file(MATRIX, '2,tt1160419,2024-01-01,,"not closed,Dune,,,Movie'), "broken"),
        (file(row(1, title='"a" b')), "broken"),
        (file(row(1, title="x" * 200_000)), "broken"),
        (b" " * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_export_says_why(data, expected) -> None:
    assert reason(data) == expected


def test_ends_at_so_many_rows() -> None:
    assert parse(file(*(row(number) for number in range(MAX_ROWS))), "l").total == MAX_ROWS
    assert reason(file(*(row(number) for number in range(MAX_ROWS + 1)))) == "too_many_rows"


def test_reads_ten_thousand_rows_quickly() -> None:
    data = file(*(row(number) for number in range(10_000)))
    begun = time.process_time()
    assert len(parse(data, "list").items) == 10_000
    assert time.process_time() - begun < 1.0


@settings(deadline=None)
@given(st.binary())
def test_bytes_are_a_list_or_an_error(data: bytes) -> None:
    with suppress(FileInvalid):
        parse(data, "list")


@settings(deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=20), max_size=6))
def test_titles_come_through_as_they_are(titles: list[str]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Const", "Title", "Title Type"])
    kept = [title.replace("\0", "") for title in titles]
    for number, title in enumerate(kept):
        writer.writerow([f"tt{number:07d}", title, "tvSeries"])

    items = parse(out.getvalue().encode(), "list").items

    assert [item.title for item in items] == [caption(title.strip()) for title in kept]
    assert [item.ids.imdb for item in items] == [f"tt{n:07d}" for n in range(len(kept))]


@settings(deadline=None)
@given(cut=st.integers(min_value=1, max_value=len(file(*(row(n) for n in range(5))))))
def test_a_file_cut_short_never_shows_a_wrong_title(cut: int) -> None:
    whole = file(*(row(number) for number in range(1, 6)))
    try:
        items = parse(whole[:cut], "list").items
    except FileInvalid:
        return
    assert items == parse(whole, "list").items[: len(items)]


async def test_a_file_is_read_anew_when_it_changed(clients, shelf) -> None:
    source = build(ListSpec("imdb_csv", {"path": "lists/My list.csv"}), clients)
    with pytest.raises(FileMissing):
        await whole(source)
    shelf.files["lists/My list.csv"] = file(MATRIX)

    contents = await whole(source)

    assert contents.name == "My list"
    assert len(contents.items) == 1
    assert await source.read(contents.fingerprint) is None
    shelf.files["lists/My list.csv"] = file(MATRIX, row(2))
    changed = await whole(source, contents.fingerprint)
    assert len(changed.items) == 2
    assert changed.fingerprint != contents.fingerprint
    shelf.files["lists/My list.csv"] = b"oops"
    with pytest.raises(FileInvalid):
        await whole(source, changed.fingerprint)


async def test_an_upload_never_changes(clients, shelf) -> None:
    source = build(ListSpec("imdb_csv", {"upload": "abc"}), clients)
    with pytest.raises(FileMissing):
        await whole(source)
    shelf.uploads["abc"] = parse(file(MATRIX, MATRIX), "My upload")

    contents = await whole(source)

    assert (contents.name, len(contents.items)) == ("My upload", 1)
    assert contents.left_out == {"duplicate": 1}
    assert await source.read(contents.fingerprint) is None


def test_files_are_read_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    with pytest.raises(FileMissing):
        read_bounded(path)
    with pytest.raises(FileInvalid) as error:
        read_bounded(tmp_path)
    assert error.value.reason == "unreadable"
    path.write_bytes(b"x" * MAX_BYTES)
    assert len(read_bounded(path)) == MAX_BYTES
    path.write_bytes(b"x" * (MAX_BYTES + 1))
    with pytest.raises(FileInvalid) as error:
        read_bounded(path)
    assert error.value.reason == "too_large"
    assert str(tmp_path) not in str(error.value)


def test_names_of_files() -> None:
    assert file_name("/config/lists/A list.csv") == "A list"
    assert file_name("lists\\a.b.CSV") == "a.b"
