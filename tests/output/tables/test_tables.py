import csv
import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from anpr.errors import OutputError
from anpr.output import parquet
from anpr.output.tables.open import open_table, table_on
from anpr.output.tables.schema import COLUMNS
from anpr.types import Alternative, Candidate, Character, FileResult, Reading, Status, Timings

CORNERS = np.array([[10.04, 20.06], [110, 20], [110, 45], [10, 45]], np.float32)
READING = Reading(
    "AB12",
    Candidate.with_corners(CORNERS, 0.987654),
    confidence=0.912345,
    characters=tuple(Character(value, 0.99999) for value in "AB12"),
    alternatives=(Alternative("A812", 0.12345), Alternative("AB1Z", 0.045)),
    status=Status.CHECK,
    region="eu",
)
UNDECODABLE = os.fsdecode(b"k\xf6nig.jpg")  # Latin-1, as old memory cards have it
RESULTS = [
    FileResult(Path("a.jpg"), Status.CHECK, (READING, READING), timings=Timings(1.234, 5.678)),
    FileResult(Path("empty, really.jpg"), Status.NO_PLATE),
    FileResult(Path(UNDECODABLE), Status.FAILED, reason=f"{UNDECODABLE}: cannot\ndecode"),
]
PATHS = ["a.jpg", "a.jpg", "empty, really.jpg", UNDECODABLE]


def write(path: Path, kind: str | None = None) -> None:
    with open_table(path, kind) as table:
        for result in RESULTS:
            table.write(result)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_csv_has_a_header_and_a_row_a_plate(tmp_path):
    write(tmp_path / "plates.csv")
    rows = read_csv(tmp_path / "plates.csv")
    assert tuple(rows[0]) == COLUMNS
    assert [row["path"] for row in rows] == PATHS
    assert rows[0]["alternatives"] == "A812 0.1235; AB1Z 0.045"
    assert rows[0]["character_confidences"] == "1.0 1.0 1.0 1.0"
    assert rows[2]["confidence"] == rows[2]["alternatives"] == rows[2]["lines"] == ""
    assert rows[3]["reason"] == f"{UNDECODABLE}: cannot\ndecode"


def test_a_name_that_is_no_utf_8_has_its_own_bytes_in_csv(tmp_path):
    write(tmp_path / "plates.csv")
    assert b"\nk\xf6nig.jpg,FAILED," in (tmp_path / "plates.csv").read_bytes()


def test_json_lines_have_lists_as_lists(tmp_path):
    write(tmp_path / "plates.jsonl")
    rows = read_json(tmp_path / "plates.jsonl")
    assert tuple(rows[0]) == COLUMNS
    assert [row["path"] for row in rows] == PATHS
    assert rows[0]["alternatives"] == [["A812", 0.1235], ["AB1Z", 0.045]]
    assert rows[2]["alternatives"] == []
    assert rows[2]["confidence"] is None


def test_parquet_is_typed_and_leaves_no_journal(tmp_path):
    write(tmp_path / "plates.parquet")
    table = pyarrow.parquet.read_table(tmp_path / "plates.parquet")
    assert table.schema == parquet.schema()
    assert table.schema.field("box_x").type == pyarrow.int32()
    assert table.schema.field("text").type == pyarrow.string()
    rows = table.to_pylist()
    assert rows[0]["alternatives"][0] == {"text": "A812", "confidence": 0.1235}
    assert rows[0]["character_confidences"] == [1.0] * 4
    assert rows[2]["confidence"] is None
    assert rows[3]["path"] == r"k\udcf6nig.jpg"  # Parquet holds UTF-8 alone
    assert os.listdir(tmp_path) == ["plates.parquet"]


def test_parquet_says_what_json_lines_say(tmp_path):
    write(tmp_path / "plates.parquet")
    write(tmp_path / "plates.jsonl")
    rows = pyarrow.parquet.read_table(tmp_path / "plates.parquet").to_pylist()
    for row in rows:
        row["alternatives"] = [list(pair.values()) for pair in row["alternatives"]]
    expected = read_json(tmp_path / "plates.jsonl")
    assert rows[:3] == expected[:3]
    assert list(rows[0]) == list(expected[0])


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_parquet_is_written_in_batches(tmp_path, monkeypatch, count):
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)
    with open_table(tmp_path / "plates.parquet") as table:
        for number in range(count):
            table.write(FileResult(Path(f"{number}.jpg"), Status.NO_PLATE))
    file = pyarrow.parquet.ParquetFile(tmp_path / "plates.parquet")
    assert file.num_row_groups == (count + 1) // 2
    assert file.read().column("path").to_pylist() == [f"{number}.jpg" for number in range(count)]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_numbers_are_rounded_alike(tmp_path, ending):
    path = tmp_path / f"plates.{ending}"
    write(path)
    row = read_csv(path)[0] if ending == "csv" else read_json(path)[0]
    numbers = [float(row[name]) for name in ("confidence", "score", "x1", "y1", "read_ms")]
    assert numbers == [0.9123, 0.9877, 10.0, 20.1, 5.68]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet.partial.jsonl"])
def test_what_was_written_before_a_crash_is_there(tmp_path, ending):
    table = open_table(tmp_path / f"plates.{ending.partition('.')[0]}")
    table.write(RESULTS[0])
    assert (tmp_path / f"plates.{ending}").read_text().count("a.jpg") == 2
    table.close()


def test_an_interrupted_run_leaves_the_journal_and_no_parquet(tmp_path):
    with pytest.raises(KeyboardInterrupt), open_table(tmp_path / "plates.parquet") as table:
        table.write(RESULTS[0])
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["plates.parquet.partial.jsonl"]
    assert len(read_json(tmp_path / "plates.parquet.partial.jsonl")) == 2


def test_a_journal_of_an_earlier_run_is_not_overwritten(tmp_path):
    (tmp_path / "plates.parquet.partial.jsonl").write_text("{}\n")
    with pytest.raises(OutputError, match=r"partial\.jsonl: already there .* remove it"):
        open_table(tmp_path / "plates.parquet")


def test_a_failing_conversion_keeps_the_journal(tmp_path, monkeypatch):
    def fail(journal: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "convert", fail)
    with pytest.raises(OutputError, match=r"free some space.*kept in .*partial\.jsonl"):
        write(tmp_path / "plates.parquet")
    assert os.listdir(tmp_path) == ["plates.parquet.partial.jsonl"]


def test_parquet_without_pyarrow_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OutputError, match=r"pip install 'anpr\[parquet\]'"):
        open_table(tmp_path / "plates.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_file_that_is_there_is_not_overwritten(tmp_path, ending):
    path = tmp_path / f"plates.{ending}"
    path.write_text("months of work")
    with pytest.raises(OutputError, match=r"plates.* already there .*\(14 bytes\).* remove it"):
        open_table(path)
    assert path.read_text() == "months of work"


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_an_empty_file_is_taken(tmp_path, ending):
    path = tmp_path / f"plates.{ending}"
    path.touch()
    write(path)
    assert path.stat().st_size > 0


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_folders_above_are_made(tmp_path, ending):
    path = tmp_path / "new" / "folder" / f"plates.{ending}"
    write(path)
    assert path.stat().st_size > 0


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_a_folder_that_cannot_be_is_an_error(tmp_path, ending):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"plates.*: cannot be written: .* name another place"):
        open_table(tmp_path / "file" / f"plates.{ending}")


def test_a_folder_is_no_table(tmp_path):
    with pytest.raises(OutputError, match="is a folder; name a file in it"):
        open_table(tmp_path, "csv")


@pytest.mark.parametrize(("name", "kind"), [("a.xlsx", None), ("a", None), ("a.csv", "xml")])
def test_an_unknown_kind_names_the_known_ones(tmp_path, name, kind):
    with pytest.raises(OutputError, match="expected one of csv, jsonl, parquet"):
        open_table(tmp_path / name, kind)
    assert not list(tmp_path.iterdir())


def test_the_kind_counts_more_than_the_ending(tmp_path):
    write(tmp_path / "plates.csv", "jsonl")
    assert len(read_json(tmp_path / "plates.csv")) == 4


def test_the_ending_may_be_in_capitals(tmp_path):
    write(tmp_path / "PLATES.CSV")
    assert len(read_csv(tmp_path / "PLATES.CSV")) == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is full")
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_full_disk_is_an_error_that_says_what_to_do(kind):
    with pytest.raises(OutputError, match=r"/dev/full: cannot be written: .*free some space"):
        write(Path("/dev/full"), kind)


@pytest.mark.parametrize(("kind", "rows"), [(None, 5), ("csv", 5), ("jsonl", 4)])
def test_a_table_on_a_stream_leaves_it_open(kind, rows):
    stream = io.StringIO()
    with table_on(stream, kind) as table:
        table.write(RESULTS[0])
        table.write(RESULTS[1])
        table.write(RESULTS[1])
    assert stream.getvalue().count("\n") == rows


def test_a_stream_takes_every_name_whatever_the_locale():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    with table_on(stream) as table:
        table.write(FileResult(Path("ö" + UNDECODABLE), Status.NO_PLATE))
    assert b"\n\xc3\xb6k\xf6nig.jpg,NO_PLATE," in raw.getvalue()


def test_parquet_cannot_go_to_a_stream():
    with pytest.raises(OutputError, match="expected csv or jsonl, or the name of a file"):
        table_on(io.StringIO(), "parquet")


def test_a_reader_that_has_seen_enough_is_no_failure():
    class Closed(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        table_on(Closed())
