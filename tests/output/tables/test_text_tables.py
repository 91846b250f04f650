"""Tables that grow line by line: CSV and JSON Lines."""

import csv
import io

import pytest

from anpr.errors import OutputError
from anpr.output.tables.open import open_table
from anpr.output.tables.schema import COLUMNS, to_rows
from anpr.output.tables.text_tables import TextTable, csv_header, csv_lines, json_lines
from tests.builders import UNDECODABLE_NAME, result
from tests.output.tables.examples import PATHS, RESULTS, read_csv, read_json, write


def test_csv_has_a_header_and_a_row_a_plate(tmp_path):
    write(tmp_path / "plates.csv")
    rows = read_csv(tmp_path / "plates.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [row["path"] for row in rows] == PATHS
    assert rows[0]["alternatives"] == "A812 0.1235; AB1Z 0.045"
    assert rows[0]["character_confidences"] == "1.0 1.0 1.0 1.0"
    assert rows[2]["confidence"] == rows[2]["alternatives"] == rows[2]["lines"] == ""
    assert rows[3]["reason"] == f"{UNDECODABLE_NAME}: cannot\ndecode"


def test_a_name_that_is_not_utf_8_has_its_own_bytes_in_csv(tmp_path):
    write(tmp_path / "plates.csv")
    assert b"\nk\xf6nig.jpg,FAILED," in (tmp_path / "plates.csv").read_bytes()


@pytest.mark.parametrize("name", ["a\rb.jpg", "a\nb.jpg", 'a"b.jpg', "a,b.jpg", "a\r\nb.jpg"])
def test_any_name_is_one_cell(name):
    text = csv_header() + csv_lines(to_rows(result(name)))
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["path"] == name


def test_json_lines_have_lists_as_lists(tmp_path):
    write(tmp_path / "plates.jsonl")
    rows = read_json(tmp_path / "plates.jsonl")
    assert tuple(rows[0]) == COLUMNS
    assert [row["path"] for row in rows] == PATHS
    assert rows[0]["alternatives"] == [["A812", 0.1235], ["AB1Z", 0.045]]
    assert rows[2]["alternatives"] == []
    assert rows[2]["confidence"] is None


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_numbers_are_rounded_alike(tmp_path, ending):
    path = tmp_path / f"plates.{ending}"
    write(path)
    row = read_csv(path)[0] if ending == "csv" else read_json(path)[0]
    numbers = [float(row[name]) for name in ("confidence", "score", "x1", "y1", "read_ms")]
    assert numbers == [0.9123, 0.9877, 10.0, 20.1, 5.68]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_rows_are_on_disk_as_soon_as_they_are_written(tmp_path, ending):
    table = open_table(tmp_path / f"plates.{ending}")
    table.write(RESULTS[0])
    assert (tmp_path / f"plates.{ending}").read_text().count("a.jpg") == 2
    table.close()


def test_a_file_is_continued_after_what_is_complete(tmp_path):
    path = tmp_path / "plates.jsonl"
    write(path)
    complete = path.read_bytes()
    path.write_bytes(complete + b'{"path": "torn')
    with TextTable.append_to(path, json_lines, len(complete)) as table:
        table.write(RESULTS[1])
    assert path.read_bytes() == complete + json_lines(to_rows(RESULTS[1])).encode()


def test_a_file_to_continue_may_be_missing(tmp_path):
    with TextTable.append_to(tmp_path / "plates.jsonl", json_lines, 0) as table:
        table.write(RESULTS[1])
    assert len(read_json(tmp_path / "plates.jsonl")) == 1


def test_a_file_is_closed_and_a_stream_stays_open(tmp_path):
    stream = io.StringIO()
    with TextTable(stream, json_lines):
        pass
    assert not stream.closed
    with (tmp_path / "plates.jsonl").open("w") as file:
        TextTable(file, json_lines, tmp_path / "plates.jsonl").close()
        assert file.closed


def test_a_file_that_was_removed_meanwhile_is_an_error(tmp_path):
    table = open_table(tmp_path / "plates.csv")
    table.write(RESULTS[0])
    (tmp_path / "plates.csv").unlink()
    with pytest.raises(
        OutputError, match=r"plates\.csv: has been removed .* run the command again"
    ):
        table.close()


def test_giving_up_raises_nothing(tmp_path):
    table = open_table(tmp_path / "plates.csv")
    (tmp_path / "plates.csv").unlink()
    table.discard()


def test_a_stream_that_cannot_be_written_is_called_stdout():
    class FullDisk(io.StringIO):
        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="stdout: cannot be written: No space left"):
        TextTable(FullDisk(), csv_lines).write(RESULTS[0])
