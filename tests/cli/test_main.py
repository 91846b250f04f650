"""The command as a program: how it is started, and the exit code it ends with."""

import inspect
import signal
import subprocess
import sys

import pytest

from anpr import errors
from anpr.cli import main as command_module
from anpr.cli.main import main
from anpr.cli.signals import Terminated
from anpr.errors import AnprError, ExitCode
from tests.builders import PLATE_TEXT
from tests.conftest import SCRIPT, command, run_python

ERRORS = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, AnprError)
]


def ending_with(error: BaseException, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """The exit code of a run that ends with an error."""

    def run(*_: object) -> None:
        raise error

    monkeypatch.setattr(command_module, "run", run)
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # `main` ignores Ctrl-C once stopped
    return main(["photos", *options])


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_ends_the_run_with_its_exit_code(error, monkeypatch, caplog):
    assert ending_with(error("car.jpg: a reason"), monkeypatch) == error.exit_code
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("ERROR", "car.jpg: a reason")
    ]


@pytest.mark.parametrize("error", ERRORS)
def test_a_subclass_of_an_error_ends_the_run_with_the_code_of_its_parent(error, monkeypatch):
    narrower = type("NarrowerError", (error,), {})
    assert ending_with(narrower("reason"), monkeypatch) == error.exit_code


@pytest.mark.parametrize(
    ("raised", "code", "how"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted"),
        (Terminated(), ExitCode.TERMINATED, "terminated"),
    ],
)
def test_an_interrupted_run_says_what_stands_and_how_to_go_on(
    raised, code, how, monkeypatch, caplog
):
    assert ending_with(raised, monkeypatch) == code
    assert caplog.messages == [f"{how}; what was printed stands"]
    caplog.clear()
    assert ending_with(raised, monkeypatch, "--output", "t.csv") == code
    assert "--resume" in caplog.text


def test_a_failure_nobody_foresaw_is_not_hidden(monkeypatch):
    with pytest.raises(ZeroDivisionError):
        ending_with(ZeroDivisionError(), monkeypatch)


def test_python_m_anpr_is_the_command(photo_file):
    done = run_python("-m", "anpr", photo_file)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"[INFO] {PLATE_TEXT}\n", "")
    refused = run_python("-m", "anpr")
    assert refused.returncode == ExitCode.USAGE
    assert refused.stderr.startswith("usage: python -m anpr [-h]")


def test_a_usage_error_leaves_stdout_empty():
    done = command("-c", 77, "photos")
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert done.stderr.startswith("usage: ocr_license_plate.py [-h]")
    assert "--clear-border: invalid choice: 77" in done.stderr


def test_a_reader_of_stdout_that_has_seen_enough_is_no_failure(photo_file):
    """As `head` does, it closes its end of the pipe before the second line is written."""
    for name in ("second.jpg", "third.jpg"):
        (photo_file.parent / name).write_bytes(photo_file.read_bytes())
    program = subprocess.Popen(
        [sys.executable, SCRIPT, photo_file.parent], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait(timeout=60) == ExitCode.OK
    program.stderr.close()
