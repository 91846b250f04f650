"""Tables in Parquet, and the journal that they are made from."""

import json
import os
import sys
from pathlib import Path

import pytest

from anpr._version import DISTRIBUTION
from anpr.errors import OutputError
from anpr.output.tables import parquet
from anpr.output.tables.open import open_table
from anpr.output.tables.schema import to_rows
from tests.builders import result
from tests.output.tables.examples import READING, RESULTS, read_json, write

pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet")


def test_parquet_is_typed_and_leaves_no_journal(tmp_path):
    write(tmp_path / "plates.parquet")
    table = pq.read_table(tmp_path / "plates.parquet")
    assert table.schema == parquet.arrow_schema()
    assert table.schema.field("box_x").type == pyarrow.int32()
    assert table.schema.field("file_mtime_ns").type == pyarrow.int64()
    assert table.schema.field("text").type == pyarrow.string()
    assert table.schema.field("why").type == pyarrow.string()
    assert table.schema.field("region_probability").type == pyarrow.float64()
    rows = table.to_pylist()
    assert rows[0]["alternatives"][0] == {"text": "A812", "confidence": 0.1235}
    assert rows[0]["character_confidences"] == [1.0] * 4
    assert (rows[0]["why"], rows[0]["region_probability"]) == (str(READING.why), 0.8765)
    assert (rows[2]["why"], rows[2]["region_probability"]) == (None, None)
    assert rows[2]["confidence"] is None
    assert rows[3]["path"] == r"k\udcf6nig.jpg"  # Parquet requires valid UTF-8
    assert os.listdir(tmp_path) == ["plates.parquet"]


def test_rows_read_back_are_those_that_were_written(tmp_path):
    write(tmp_path / "plates.parquet")
    rows = list(parquet.read_rows(tmp_path / "plates.parquet"))
    written = [row for result in RESULTS for row in to_rows(result)]
    assert json.dumps(rows[:3]) == json.dumps(written[:3])


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_rows_are_written_in_groups(tmp_path, monkeypatch, count):
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 2)
    with open_table(tmp_path / "plates.parquet") as table:
        for number in range(count):
            table.write(result(f"{number}.jpg"))
    file = pq.ParquetFile(tmp_path / "plates.parquet")
    assert file.num_row_groups == (count + 1) // 2
    assert file.read().column("path").to_pylist() == [f"{number}.jpg" for number in range(count)]


def test_rows_are_in_the_journal_as_soon_as_they_are_written(tmp_path):
    table = open_table(tmp_path / "plates.parquet")
    table.write(RESULTS[0])
    assert (tmp_path / "plates.parquet.partial.jsonl").read_text().count("a.jpg") == 2
    table.close()


def test_an_interrupted_run_leaves_the_journal_and_no_parquet(tmp_path):
    with pytest.raises(KeyboardInterrupt), open_table(tmp_path / "plates.parquet") as table:
        table.write(RESULTS[0])
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ["plates.parquet.partial.jsonl"]
    assert len(read_json(tmp_path / "plates.parquet.partial.jsonl")) == 2


def test_a_failing_conversion_keeps_the_journal(tmp_path, monkeypatch):
    def fail(journal: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parquet, "convert", fail)
    with pytest.raises(OutputError, match=r"free some space.*kept in .*partial\.jsonl"):
        write(tmp_path / "plates.parquet")
    assert os.listdir(tmp_path) == ["plates.parquet.partial.jsonl"]


def test_a_missing_pyarrow_is_reported_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(OutputError, match=rf"pip install '{DISTRIBUTION}\[parquet\]'"):
        open_table(tmp_path / "plates.parquet")
    assert not list(tmp_path.iterdir())


def test_another_programs_parquet_is_an_error(tmp_path):
    table = tmp_path / "plates.parquet"
    pq.write_table(pyarrow.table({"path": ["a.jpg"]}), table)
    with pytest.raises(OutputError, match=r"a table of other columns, expected .* left as it is"):
        list(parquet.read_rows(table))
