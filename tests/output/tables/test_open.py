"""Which format a table has, and where it may be written."""

import io
from pathlib import Path

import pytest

from anpr.errors import ExitCode, FormatError, OutputError
from anpr.output.tables.open import open_table, table_on
from tests.builders import UNDECODABLE_NAME, result
from tests.output.tables.examples import KINDS, RESULTS, read_csv, read_json, write


@pytest.mark.parametrize(("name", "kind"), [("a.xlsx", None), ("a", None), ("a.csv", "xml")])
def test_an_unknown_format_names_the_known_ones(tmp_path, name, kind):
    with pytest.raises(FormatError, match="expected one of csv, jsonl, parquet") as caught:
        open_table(tmp_path / name, kind)
    assert caught.value.exit_code == ExitCode.USAGE
    assert not list(tmp_path.iterdir())


def test_a_given_format_counts_more_than_the_suffix(tmp_path):
    write(tmp_path / "plates.csv", "jsonl")
    assert len(read_json(tmp_path / "plates.csv")) == 4


def test_the_suffix_may_be_in_capitals(tmp_path):
    write(tmp_path / "PLATES.CSV")
    assert len(read_csv(tmp_path / "PLATES.CSV")) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_exists_is_not_overwritten(tmp_path, kind):
    path = tmp_path / f"plates.{kind}"
    path.write_text("months of work")
    with pytest.raises(OutputError, match=r"plates.* already there .*\(14 bytes\).* remove it"):
        open_table(path)
    assert path.read_text() == "months of work"


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_file_is_filled(tmp_path, kind):
    path = tmp_path / f"plates.{kind}"
    path.touch()
    write(path)
    assert path.stat().st_size > 0


@pytest.mark.parametrize("kind", KINDS)
def test_missing_folders_are_created(tmp_path, kind):
    path = tmp_path / "new" / "folder" / f"plates.{kind}"
    write(path)
    assert path.stat().st_size > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_cannot_be_created_is_an_error(tmp_path, kind):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"plates.*: cannot be written: .* name another path"):
        open_table(tmp_path / "file" / f"plates.{kind}")


def test_a_folder_is_not_a_table(tmp_path):
    with pytest.raises(OutputError, match="is a folder; name a file in it"):
        open_table(tmp_path, "csv")


@pytest.mark.parametrize("kind", KINDS)
def test_the_journal_of_a_previous_run_is_not_overwritten(tmp_path, kind):
    journal = tmp_path / f"plates.{kind}.partial.jsonl"
    journal.write_text("{}\n")
    with pytest.raises(OutputError, match=r"partial\.jsonl: already there .* remove it"):
        open_table(tmp_path / f"plates.{kind}")
    assert journal.read_text() == "{}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is full")
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_full_disk_is_an_error_with_a_remedy(kind):
    with pytest.raises(OutputError, match=r"/dev/full: cannot be written: .*free some space"):
        write(Path("/dev/full"), kind)


@pytest.mark.parametrize(("kind", "lines"), [(None, 5), ("csv", 5), ("jsonl", 4)])
def test_a_table_on_a_stream_leaves_it_open(kind, lines):
    stream = io.StringIO()
    with table_on(stream, kind) as table:
        table.write(RESULTS[0])
        table.write(RESULTS[1])
        table.write(RESULTS[1])
    assert stream.getvalue().count("\n") == lines


def test_a_stream_takes_every_name_whatever_the_locale():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    with table_on(stream) as table:
        table.write(result("ö" + UNDECODABLE_NAME))
    assert b"\n\xc3\xb6k\xf6nig.jpg,NO_PLATE," in raw.getvalue()


def test_parquet_cannot_go_to_a_stream():
    with pytest.raises(OutputError, match="expected csv or jsonl, or the name of a file"):
        table_on(io.StringIO(), "parquet")


def test_a_closed_pipe_is_not_an_error_of_the_table():
    class ClosedPipe(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        table_on(ClosedPipe())
