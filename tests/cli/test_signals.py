"""Ctrl-C and SIGTERM: what they raise, what they leave alone, and what a run makes of them."""

import csv
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from anpr.cli.signals import SIGNALS, StopRequest, Terminated, terminable
from anpr.errors import ExitCode
from tests.builders import PLATE_TEXT
from tests.conftest import TUTORIAL, start_command
from tests.fakes import fake_tesseract

PATIENCE_S = 60.0  # for what is certain to happen, on a busy machine


def handlers() -> list[object]:
    return [signal.getsignal(number) for number in SIGNALS]


def in_a_thread(work) -> None:
    """Runs something outside the main thread; its assertions count."""
    failures = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert failures == []


def test_sigterm_raises_within_and_is_left_as_it_was():
    before = handlers()
    with pytest.raises(Terminated), terminable():
        signal.raise_signal(signal.SIGTERM)
    assert handlers() == before


def test_terminated_is_caught_by_no_handler_of_errors():
    assert not issubclass(Terminated, Exception)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_stop_request_takes_the_first_signal_and_lets_the_second_interrupt(number):
    before = handlers()
    with pytest.raises((KeyboardInterrupt, Terminated)), terminable(), StopRequest() as stop:
        assert not stop.is_made()
        assert stop.number is None
        signal.raise_signal(number)
        assert stop.is_made()
        assert stop.number == number
        signal.raise_signal(number)
        pytest.fail("the second signal did not interrupt")
    assert handlers() == before


def test_a_run_that_was_not_stopped_leaves_the_handlers_as_they_were():
    before = handlers()
    with StopRequest() as stop:
        assert handlers() != before
    assert not stop.is_made()
    assert handlers() == before


def test_outside_the_main_thread_signals_are_left_alone():
    before = handlers()

    def work() -> None:
        with terminable(), StopRequest() as stop:
            assert handlers() == before
        assert not stop.is_made()

    in_a_thread(work)


@pytest.fixture
def two_photos(photo_file) -> Path:
    """A folder of two photos with a plate each."""
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    return photo_file.parent


@pytest.mark.parametrize(
    ("number", "code", "how"),
    [
        (signal.SIGINT, ExitCode.INTERRUPTED, "interrupted"),
        (signal.SIGTERM, ExitCode.TERMINATED, "terminated"),
    ],
)
def test_an_interrupted_run_keeps_what_was_printed_and_written(
    two_photos, tmp_path, number, code, how
):
    """The first plate is read; Tesseract hangs at the second."""
    table, hanging = tmp_path / "plates.csv", tmp_path / "hanging"
    process = start_command(
        *(*TUTORIAL, "--workers", 1, "--output", table, two_photos),
        *("--tesseract-cmd", fake_tesseract("hang_once")),
        env={"FAKE_HANGS_AT": "3", "FAKE_FOLDER": str(tmp_path)},  # the first call is a check
    )
    deadline = time.monotonic() + PATIENCE_S
    while not hanging.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, number)  # as a terminal does: to the whole group
    out, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == code, err
    assert out == f"[INFO] {PLATE_TEXT}\n"
    assert f"[WARNING] {how}; what was printed stands; the same command with --resume" in err
    assert "Traceback" not in err
    with table.open(encoding="utf-8", newline="") as file:
        rows = [(Path(row["path"]).name, row["text"]) for row in csv.DictReader(file)]
    assert rows == [("car.jpg", PLATE_TEXT)]
