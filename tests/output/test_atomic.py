"""Files that are complete or absent, and errors that name the file and a remedy."""

import errno
import os
from pathlib import Path

import pytest

from anpr.errors import ExitCode, OutputError
from anpr.output.atomic import (
    ResultWriter,
    as_output_error,
    check_new,
    journal_of,
    replacing,
)
from anpr.types import FileResult
from tests.builders import result


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space on its disk or name another path"),
        (errno.EDQUOT, "free some space on its disk or name another path"),
        (errno.EACCES, "make it writable or name another path"),
    ],
)
def test_an_error_of_the_system_names_the_file_and_a_remedy(number, remedy):
    with pytest.raises(OutputError) as caught, as_output_error("plates.csv", "; all is kept"):
        raise OSError(number, os.strerror(number))
    message = f"plates.csv: cannot be written: {os.strerror(number)}; {remedy}; all is kept"
    assert str(caught.value) == message
    assert caught.value.exit_code == ExitCode.NOT_WRITTEN


@pytest.mark.parametrize("error", [BrokenPipeError(), ValueError(), OutputError("known")])
def test_other_exceptions_pass(error):
    with pytest.raises(type(error)) as caught, as_output_error("plates.csv"):
        raise error
    assert caught.value is error


def test_a_file_is_replaced_once_the_new_one_is_complete(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as unfinished:
        unfinished.write_text("new")
        assert path.read_text() == "old"
        assert unfinished.parent == path.parent
        assert unfinished.name.startswith(".")
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_exception_keeps_the_old_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(KeyboardInterrupt), replacing(path) as unfinished:
        unfinished.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_name_of_maximum_length_can_be_replaced(tmp_path):
    path = tmp_path / ("x" * 255)
    with replacing(path) as unfinished:
        unfinished.write_text("new")
    assert path.read_text() == "new"


def test_a_new_path_is_missing_or_empty(tmp_path):
    check_new(tmp_path / "missing.csv")
    (tmp_path / "empty.csv").touch()
    check_new(tmp_path / "empty.csv")
    (tmp_path / "full.csv").write_text("x" * 1234)
    with pytest.raises(OutputError, match=r"full\.csv: already there .* \(1,234 bytes\)"):
        check_new(tmp_path / "full.csv")
    with pytest.raises(OutputError, match="is a folder; name a file in it"):
        check_new(tmp_path)


def test_a_journal_is_beside_its_table():
    assert journal_of(Path("out/plates.csv")) == Path("out/plates.csv.partial.jsonl")


class RecordedCalls(ResultWriter):
    """Records which of its methods are called."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def write(self, result: FileResult) -> None:
        self.calls.append(f"write {result.path}")

    def close(self) -> None:
        self.calls.append("close")

    def discard(self) -> None:
        self.calls.append("discard")


def test_output_is_completed_at_the_end_of_the_block():
    with RecordedCalls() as writer:
        writer.write(result("a.jpg"))
    assert writer.calls == ["write a.jpg", "close"]


def test_output_is_discarded_on_an_exception():
    writer = RecordedCalls()
    with pytest.raises(KeyboardInterrupt), writer:
        raise KeyboardInterrupt
    assert writer.calls == ["discard"]
