"""Photos in several processes: real ones, which really die."""

import csv
import itertools
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from anpr.batch import pool
from anpr.batch.pool import read_in_workers
from anpr.batch.serial import ReadBatch
from anpr.errors import ExitCode, WorkerError
from anpr.types import FileResult, Status
from tests.builders import REPOSITORY, SAMPLES, encoded
from tests.conftest import TUTORIAL, command, start_command
from tests.fakes import fake_tesseract

TIMEOUT_S = 3.0  # only for photos that hang: all others are done at once
PATIENCE_S = 60.0  # time a busy machine may take for what is certain to happen

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def open_odd() -> ReadBatch:
    logging.getLogger("anpr").warning("every worker logs this")
    return read_odd


def read_odd(photos: Iterable[Path]) -> Iterator[FileResult]:
    """Does what a photo's name says."""
    for path in photos:
        deed, _, value = path.name.partition(" ")
        yield FileResult(path, Status.NO_PLATE, reason=str(DEEDS[deed](value)))


DEEDS: dict[str, Callable[[str], object]] = {
    "rest": lambda seconds: time.sleep(float(seconds)),
    "die": lambda number: os.kill(os.getpid(), int(number)),
    "exit": lambda code: os._exit(int(code)),
    "hang": lambda _: time.sleep(3600),
    "log": lambda text: logging.getLogger("anpr").error("%s\nand more", text),
}


def open_nothing() -> ReadBatch:
    raise FileNotFoundError("the weights are gone")


def die_early() -> ReadBatch:
    os._exit(7)


def read(names: Iterable[str | FileResult], open_batch=open_odd, count=2) -> list[FileResult]:
    items = [name if isinstance(name, FileResult) else Path(name) for name in names]
    return list(read_in_workers(items, open_batch, count, TIMEOUT_S))


KNOWN = FileResult(Path("known"), Status.READ, is_kept=True)
ODD = (
    "rest 0.5",
    "rest 0",
    f"die {signal.SIGKILL:d}",
    KNOWN,
    "hang",
    "rest 0.1",
    f"die {signal.SIGSEGV:d}",
    "exit 3",
    "log a line",
    "rest 0",
)


@pytest.fixture(scope="module")
def odd_run() -> tuple[list[FileResult], list[str]]:
    """The results of one run through all deeds, and what was logged."""
    logged: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.getMessage())
    logging.getLogger("anpr").addHandler(handler)
    try:
        return read(ODD), logged
    finally:
        logging.getLogger("anpr").removeHandler(handler)


@pytest.mark.slow
def test_results_come_in_the_order_of_the_photos(odd_run):
    names = [str(name.path) if name is KNOWN else name for name in ODD]
    assert [str(result.path) for result in odd_run[0]] == names
    assert odd_run[0][3] is KNOWN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (2, "its process was killed (SIGKILL), as systems do when memory runs out"),
        (4, "took longer than 3 s; --timeout raises the limit"),
        (6, "its process crashed (SIGSEGV); the photo may be damaged"),
        (7, "its process ended with exit code 3"),
    ],
)
def test_a_photo_that_ends_its_process_fails_with_the_reason(odd_run, number, reason):
    result = odd_run[0][number]
    assert (result.status, result.reason) == (Status.FAILED, reason)


@pytest.mark.slow
def test_the_other_photos_are_not_affected(odd_run):
    assert {odd_run[0][number].status for number in (0, 1, 5, 8, 9)} == {Status.NO_PLATE}


@pytest.mark.slow
def test_records_arrive_in_one_piece_and_what_all_workers_log_is_logged_once(odd_run):
    assert odd_run[1] == ["every worker logs this", "a line\nand more"]


@pytest.mark.slow
def test_no_process_is_left(odd_run):
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_photos_are_taken_as_they_are_needed(monkeypatch):
    monkeypatch.setattr(pool, "MAX_AHEAD", 3)
    taken = []

    def endless() -> Iterator[Path]:
        for number in itertools.count():
            taken.append(number)
            yield Path("rest 0.4" if number == 0 else "rest 0")

    results = read_in_workers(endless(), open_odd, 2, TIMEOUT_S)
    next(results)
    assert len(taken) <= 3 * 2
    assert len(list(itertools.islice(results, 20))) == 20
    assert len(taken) <= 21 + 3 * 2
    results.close()
    assert multiprocessing.active_children() == []


def test_there_are_no_more_workers_than_photos():
    results = read_in_workers(iter([Path("rest 0"), Path("rest 0")]), open_odd, 50, TIMEOUT_S)
    assert next(results).path == Path("rest 0")
    assert len(multiprocessing.active_children()) <= 2
    results.close()
    assert multiprocessing.active_children() == []


def test_known_results_need_no_worker():
    results = read_in_workers([KNOWN] * 500, open_odd, 2, TIMEOUT_S)
    assert sum(1 for _ in results if not multiprocessing.active_children()) == 500


def test_a_pause_holds_back_no_result_and_ends_nothing():
    """As with --watch: `None` means that there is nothing to read yet."""
    pauses = 0

    def items() -> Iterator[Path | None]:
        nonlocal pauses
        yield Path("rest 0")
        deadline = time.monotonic() + PATIENCE_S
        while not first and time.monotonic() < deadline:
            pauses += 1
            yield None
            time.sleep(0.01)
        yield Path("rest 0.0")

    first: list[FileResult] = []
    results = read_in_workers(items(), open_odd, 2, TIMEOUT_S)
    first.append(next(results))  # although the second photo has not come
    assert pauses > 0
    assert [str(result.path) for result in (*first, *results)] == ["rest 0", "rest 0.0"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("open_batch", "reason"), [(open_nothing, "the weights are gone"), (die_early, "")]
)
def test_workers_that_never_start_are_an_error(caplog, open_batch, reason):
    with pytest.raises(WorkerError, match=r"3 in a row .*exit code [17]\); --workers 1 needs none"):
        read(["rest 0"] * 9, open_batch)
    records = [record for record in caplog.records if reason in record.message]
    assert len(records) == bool(reason)
    assert multiprocessing.active_children() == []


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, without the times, which no two runs share."""
    with path.open(newline="") as file:
        return [
            {name: value for name, value in row.items() if not name.endswith("_ms")}
            for row in csv.DictReader(file)
        ]


@pytest.mark.slow
def test_workers_read_what_one_process_reads(tmp_path):
    for count in (1, 2):
        table = tmp_path / f"{count}.csv"
        done = command(SAMPLES, "--workers", count, "--output", table)
        assert (done.returncode, done.stderr) == (0, "")
    assert rows(tmp_path / "1.csv") == rows(tmp_path / "2.csv")


@pytest.mark.slow
def test_a_missing_tesseract_is_not_missed():
    missing = {"TESSERACT_CMD": "/nowhere/tesseract"}
    done = command(SAMPLES, "--workers", 2, env=missing)
    assert (done.returncode, done.stderr) == (0, "")


class Hanging:
    """The real command: one photo makes Tesseract hang, the others hold no plate."""

    def __init__(self, photo_file: Path, photo, folder: Path) -> None:
        self.photo = photo_file.rename(photo_file.with_name("b hangs.jpg"))
        for name in ("a1.png", "a2.png", "c.png"):
            photo_file.with_name(name).write_bytes(encoded(photo[:100], ".png"))
        # The first call only checks that Tesseract works.
        fake = {"FAKE_FOLDER": str(folder), "FAKE_HANGS_AT": "2"}
        options = ("--workers", 2, "--tesseract-cmd", fake_tesseract("hang_once"))
        self.process = start_command(photo_file.parent, *TUTORIAL, *options, env=fake)
        marker = folder / "hanging"
        deadline = time.monotonic() + PATIENCE_S
        while not marker.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.tesseract, self.worker = map(int, marker.read_text().split())
        assert self.tesseract in in_session(self.process.pid)

    def finish(self) -> tuple[int, str]:
        """Waits until all processes have ended; returns exit code and stderr."""
        _, err = self.process.communicate(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while (left := in_session(self.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left
        assert "Traceback" not in err
        return self.process.returncode, err


@pytest.fixture
def hanging(photo_file, photo, tmp_path_factory) -> Iterator[Hanging]:
    run = Hanging(photo_file, photo, tmp_path_factory.mktemp("fake"))
    yield run
    for pid in in_session(run.process.pid):
        os.kill(pid, signal.SIGKILL)


def in_session(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, its_session = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it has ended meanwhile
            continue
        if int(its_session) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
@needs_proc
def test_a_worker_that_is_killed_costs_only_its_photo(hanging):
    os.kill(hanging.worker, signal.SIGKILL)
    code, err = hanging.finish()
    assert code == ExitCode.SOME_FAILED
    assert f"[ERROR] {hanging.photo}: its process was killed (SIGKILL)" in err
    assert err.count("no plate read") == 3


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize(
    ("number", "how", "expected"),
    [
        (signal.SIGINT, "interrupted", ExitCode.INTERRUPTED),
        (signal.SIGTERM, "terminated", ExitCode.TERMINATED),
    ],
)
def test_a_stopped_run_leaves_no_process(hanging, number, how, expected):
    os.killpg(hanging.process.pid, number)  # as a terminal does
    code, err = hanging.finish()
    assert code == expected
    assert err.endswith(f"[WARNING] {how}; what was printed stands\n")


@pytest.mark.slow
@needs_proc
def test_workers_end_with_their_parent(hanging):
    assert len(in_session(hanging.process.pid)) >= 3  # the command, workers, Tesseract
    hanging.process.kill()
    assert hanging.finish()[0] == -signal.SIGKILL


IMPORT_THEN_RUN = """
import sys
from anpr.cli.main import main
print(flush=True)
sys.exit(main())
"""


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("pause_s", [0.2, 1.0])
def test_ctrl_c_while_workers_start_is_no_traceback(pause_s):
    """Whatever it interrupts: this process, its start, or workers that are not ready."""
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT_THEN_RUN, *[str(SAMPLES)] * 50, "--workers", "2"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # everything is imported
    time.sleep(pause_s)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err
    assert process.returncode == ExitCode.INTERRUPTED
