"""Rows read back from tables that may be cut off or damaged."""

import pytest

from anpr.errors import OutputError
from anpr.output.tables.read_back import StoredRow, complete_photos, csv_rows, json_rows
from anpr.output.tables.schema import COLUMNS, to_rows
from anpr.output.tables.text_tables import csv_lines, json_lines
from tests.output.tables.examples import PATHS, RESULTS, write

ROWS = [row for result in RESULTS for row in to_rows(result)]


def test_csv_is_read_back_as_it_was_written(tmp_path):
    write(tmp_path / "plates.csv")
    rows = [row for row, _ in csv_rows(tmp_path / "plates.csv")]
    assert csv_lines(rows) == csv_lines(ROWS)


def test_json_lines_are_read_back_with_their_offsets(tmp_path):
    write(tmp_path / "plates.jsonl")
    rows = list(json_rows(tmp_path / "plates.jsonl"))
    assert [row for row, _ in rows] == ROWS
    lines = json_lines(ROWS).splitlines(keepends=True)
    assert [end for _, end in rows] == [len("".join(lines[: i + 1])) for i in range(len(lines))]


@pytest.mark.parametrize(("kind", "read"), [("csv", csv_rows), ("jsonl", json_rows)])
def test_a_torn_last_row_is_skipped(tmp_path, kind, read):
    path = tmp_path / f"plates.{kind}"
    write(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert [row["path"] for row, _ in read(path)] == PATHS[:-1]


@pytest.mark.parametrize(("kind", "read"), [("csv", csv_rows), ("jsonl", json_rows)])
def test_a_damaged_row_in_the_middle_is_skipped(tmp_path, kind, read):
    path = tmp_path / f"plates.{kind}"
    write(path)
    content = path.read_bytes().replace(b"empty, really", b'\0",')
    path.write_bytes(content)
    assert [row["path"] for row, _ in read(path)] == [*PATHS[:2], PATHS[3]]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("months of work", csv_rows),
        ("path,text\na.jpg,AB12\n", csv_rows),
        (",".join(COLUMNS) + ",more\n", csv_rows),
        ("months of work", json_rows),
        ('{"path": "a.jpg", "text": "AB12"}\n', json_rows),
        ('{"path": "a.jpg", "text": "AB12"}', json_rows),
        ("[1, 2]\n", json_rows),
    ],
)
def test_another_programs_file_is_an_error(tmp_path, text, read):
    (tmp_path / "plates").write_text(text)
    with pytest.raises(OutputError, match=r"other columns, or none, expected a table"):
        list(read(tmp_path / "plates"))


def test_only_photos_with_all_their_rows_are_complete():
    one, two = to_rows(RESULTS[1]), to_rows(RESULTS[0])
    rows = [*two[:1], *one, *two, *two[:1]]
    ends = range(1, len(rows) + 1)
    found = list(complete_photos(map(StoredRow, rows, ends)))
    assert [photo.rows for photo in found] == [one, two]
    assert [photo.end for photo in found] == [2, 4]
