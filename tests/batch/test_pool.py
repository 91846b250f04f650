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
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import pytest
from anpr.usage import ExitCode

from anpr.batch.pool import read_in_workers
from anpr.batch.serial import Read
from anpr.batch.worker import lean
from anpr.errors import WorkerError
from anpr.types import FileResult, Reading, Status
from tests.conftest import REPOSITORY, TUTORIAL, command
from tests.test_stages import rectangle

LIMIT_S = 3.0  # of the photos that hang; all others are done at once
PATIENCE_S = 60.0  # how long a busy machine may take for what is certain to happen

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def open_odd() -> Read:
    logging.getLogger("anpr").warning("every worker says so")
    return read_odd


def read_odd(photos) -> Iterator[FileResult]:
    """Does what a photo's name says."""
    for path in photos:
        deed, _, value = path.name.partition(" ")
        yield FileResult(path, Status.NO_PLATE, reason=str(DEEDS[deed](value)))


DEEDS: dict[str, Callable[[str], object]] = {
    "rest": lambda seconds: time.sleep(float(seconds)),
    "die": lambda number: os.kill(os.getpid(), int(number)),
    "exit": lambda code: os._exit(int(code)),
    "hang": lambda _: time.sleep(3600),
    "threads": lambda _: (cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"]),
    "log": lambda text: logging.getLogger("anpr").error("%s\nand more", text),
}


def open_nothing() -> Read:
    raise FileNotFoundError("the weights are gone")


def die_early() -> Read:
    os._exit(7)


def read(names, open_read=open_odd, count=2) -> list[FileResult]:
    photos = [name if isinstance(name, FileResult) else Path(name) for name in names]
    return list(read_in_workers(photos, open_read, count, LIMIT_S))


KEPT = FileResult(Path("kept"), Status.READ, is_kept=True)
STRANGE = (
    "rest 0.5",
    "rest 0",
    f"die {signal.SIGKILL:d}",
    KEPT,
    "hang",
    "rest 0.1",
    f"die {signal.SIGSEGV:d}",
    "exit 3",
    "threads",
    "log a line",
    "rest 0",
)


@pytest.fixture(scope="module")
def strange() -> tuple[list[FileResult], list[str]]:
    """The results of one run that goes through everything, and what was logged."""
    logged: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.getMessage())
    logging.getLogger("anpr").addHandler(handler)
    try:
        return read(STRANGE), logged
    finally:
        logging.getLogger("anpr").removeHandler(handler)


def test_results_come_in_the_order_of_the_photos(strange):
    names = [str(name.path) if name is KEPT else name for name in STRANGE]
    assert [str(result.path) for result in strange[0]] == names
    assert strange[0][3] is KEPT


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (2, "its process was killed (SIGKILL), as systems do when memory runs out"),
        (4, "took longer than 3 s; --timeout gives a photo more"),
        (6, "its process crashed (SIGSEGV); the photo may be damaged"),
        (7, "its process ended with exit code 3"),
    ],
)
def test_a_photo_that_ends_its_process_fails_with_the_reason(strange, number, reason):
    result = strange[0][number]
    assert (result.status, result.reason) == (Status.FAILED, reason)


def test_the_other_photos_are_not_affected(strange):
    assert {strange[0][number].status for number in (0, 1, 5, 8, 9, 10)} == {Status.NO_PLATE}


def test_a_worker_keeps_to_one_core(strange):
    assert strange[0][8].reason == "(1, '1')"
    assert "OMP_NUM_THREADS" not in os.environ


def test_what_workers_log_arrives_in_one_piece_and_what_all_say_once(strange):
    assert strange[1] == ["every worker says so", "a line\nand more"]


def test_no_process_is_left(strange):
    assert multiprocessing.active_children() == []


def test_photos_are_taken_as_they_are_needed(monkeypatch):
    monkeypatch.setattr(workers, "AHEAD", 3)
    taken = []

    def endless() -> Iterator[Path]:
        for number in itertools.count():
            taken.append(number)
            yield Path("rest 0.4" if number == 0 else "rest 0")

    results = read_in_workers(endless(), open_odd, 2, LIMIT_S)
    next(results)
    assert len(taken) <= 3 * 2
    assert len(list(itertools.islice(results, 20))) == 20
    assert len(taken) <= 21 + 3 * 2
    results.close()
    assert multiprocessing.active_children() == []


def test_there_are_no_more_workers_than_photos():
    results = read_in_workers(iter([Path("rest 0"), Path("rest 0")]), open_odd, 50, LIMIT_S)
    next(results)
    assert len(multiprocessing.active_children()) <= 2
    results.close()


def test_what_is_known_already_needs_no_worker():
    results = read_in_workers([KEPT] * 500, open_odd, 2, LIMIT_S)
    assert sum(1 for _ in results if not multiprocessing.active_children()) == 500


@pytest.mark.parametrize(
    ("open_read", "said"), [(open_nothing, "the weights are gone"), (die_early, "")]
)
def test_workers_that_never_start_are_an_error(caplog, open_read, said):
    with pytest.raises(WorkerError, match=r"3 in a row .*exit code [17]\); --workers 1 reads"):
        read(["rest 0"] * 9, open_read)
    assert len([record for record in caplog.records if said in record.message]) == bool(said)
    assert multiprocessing.active_children() == []


def test_crops_stay_behind(photo):
    reading = Reading("AB12", rectangle(0, 0, 40, 10), crop=photo)
    (left,) = lean(FileResult(Path("a"), Status.READ, (reading,))).readings
    assert (left.text, left.crop) == ("AB12", None)


def rows(path: Path) -> list[dict[str, str]]:
    """A CSV's rows without what two runs never share."""
    with path.open(newline="") as file:
        return [
            {name: value for name, value in row.items() if not name.endswith("_ms")}
            for row in csv.DictReader(file)
        ]


def test_workers_read_what_one_process_reads(tmp_path):
    photos = REPOSITORY / "license_plates"
    for count in (1, 2):
        table = tmp_path / f"{count}.csv"
        done = command("-i", photos, "--workers", count, "-o", table)
        assert (done.returncode, done.stderr) == (0, "")
    assert rows(tmp_path / "1.csv") == rows(tmp_path / "2.csv")


def test_a_missing_tesseract_is_told_once():
    missing = {"TESSERACT_CMD": "/nowhere/tesseract"}
    done = command("-i", REPOSITORY / "license_plates", "--workers", 2, env=missing)
    assert done.returncode == 0
    assert done.stderr.count("no second opinion") == 1


class Hanging:
    """The real command: a photo makes Tesseract hang, the others hold no plate."""

    def __init__(self, photo_file: Path, photo, engine) -> None:
        self.photo = photo_file.rename(photo_file.with_name("b hangs.jpg"))
        for name in ("a1.png", "a2.png", "c.png"):
            blank = cv2.imencode(".png", photo[:100])[1].tobytes()
            photo_file.with_name(name).write_bytes(blank)
        self.marker = photo_file.parent.parent / "marker"
        # The first call checks that it is there; sleep is what becomes of the second.
        script = f"""[ -e {self.marker}.1 ] || {{ touch {self.marker}.1; exec tesseract "$@"; }}
echo $$ $PPID > {self.marker}.new; mv {self.marker}.new {self.marker}; exec sleep 600"""
        program = [sys.executable, "ocr_license_plate.py", *TUTORIAL, "--workers", "2"]
        self.process = subprocess.Popen(
            [*program, "-i", str(photo_file.parent), "--tesseract-cmd", engine(script)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE_S
        while not self.marker.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.tesseract, self.worker = map(int, self.marker.read_text().split())
        assert self.tesseract in in_session(self.process.pid)

    def finish(self) -> tuple[int, str]:
        """Waits for the end, of all processes there were; returns exit code and stderr."""
        _, err = self.process.communicate(timeout=PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while (left := in_session(self.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left
        assert "Traceback" not in err
        return self.process.returncode, err


@pytest.fixture
def hanging(photo_file, photo, engine) -> Iterator[Hanging]:
    run = Hanging(photo_file, photo, engine)
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


@needs_proc
def test_a_worker_that_is_killed_costs_its_photo_alone(hanging):
    os.kill(hanging.worker, signal.SIGKILL)
    code, err = hanging.finish()
    assert code == ExitCode.SOME_FAILED
    assert f"[ERROR] {hanging.photo}: its process was killed (SIGKILL)" in err
    assert err.count("no plate read") == 3


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


@needs_proc
def test_workers_do_not_outlive_their_parent(hanging):
    assert len(in_session(hanging.process.pid)) >= 3  # it, workers, Tesseract
    hanging.process.kill()
    assert hanging.finish()[0] == -signal.SIGKILL


@needs_proc
@pytest.mark.parametrize("pause_s", [0.2, 1.0])
def test_ctrl_c_while_workers_start_is_no_traceback(pause_s):
    """Whatever it meets: this process, its start, or workers that are not ready."""
    code = "import time; from anpr.cli.main import main; print(flush=True); import sys; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "-i", *["license_plates"] * 50, "--workers", "2"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    process.stdout.readline()  # what is imported is imported
    time.sleep(pause_s)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in err
    assert process.returncode == ExitCode.INTERRUPTED
