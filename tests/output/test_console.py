"""The lines on stdout, and the progress bar on stderr."""

import io
import time

import pytest

from anpr.output.console import NoProgress, ProgressBar, info_lines, open_progress
from tests.builders import reading, result


class Terminal(io.StringIO):
    """A stream that passes for a terminal."""

    def isatty(self) -> bool:
        return True


def visible_line(written: str) -> str:
    """Returns the last line as a terminal shows it: a carriage return goes back to its start."""
    line = ""
    for piece in written.rpartition("\n")[2].split("\r"):
        line = piece + line[len(piece) :]
    return line


def test_a_plate_is_a_line_and_a_plate_without_text_is_none():
    readings = (reading("A1"), reading(""), reading("B2"))
    assert list(info_lines(result("a.jpg", *readings))) == ["[INFO] A1", "[INFO] B2"]
    assert list(info_lines(result("a.jpg"))) == []


@pytest.mark.parametrize("is_wanted", [True, False])
def test_there_is_no_bar_without_a_terminal_or_with_quiet(monkeypatch, is_wanted):
    monkeypatch.setattr("sys.stderr", io.StringIO() if is_wanted else Terminal())
    progress = open_progress(is_wanted, lambda: 3)
    assert type(progress) is NoProgress
    with progress, progress.hidden():
        progress.advance(result("a.jpg"))


def test_the_bar_counts_photos_plates_and_plates_to_check(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    progress = open_progress(True, lambda: 2)
    assert isinstance(progress, ProgressBar)
    with progress:
        deadline = time.monotonic() + 10
        while progress._bar.total is None and time.monotonic() < deadline:
            time.sleep(0.01)  # the photos are counted in a thread
        progress.advance(result("a.jpg", reading("A1"), reading("B2", 0.5)))
        progress.advance(result("b.jpg", reading("C3")))
        progress._bar.refresh()
        shown = visible_line(terminal.getvalue())
    assert "2/2" in shown
    assert "plates=3" in shown and "check=1" in shown


def test_the_bar_is_hidden_while_stdout_is_written(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("sys.stdout", terminal)
    with open_progress(True, lambda: None) as progress:
        with progress.hidden():
            assert "photo" in terminal.getvalue()
            assert visible_line(terminal.getvalue()).strip() == ""
        assert "photo" in visible_line(terminal.getvalue())
