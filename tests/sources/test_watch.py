"""`--watch` with real files and real signals: first the watcher alone, then the command."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import pytest

from anpr._version import install_hint
from anpr.errors import ExitCode
from anpr.sources import watch as watch_module
from anpr.sources.watch import open_watch
from tests.builders import PLATE_TEXT, REPOSITORY
from tests.conftest import command

WAIT_S = 60.0  # far more than it takes, for machines that are busy
PAUSE_S = 0.15  # between the pieces of a slow copy, whose writer keeps it open


def fail(path: object, reason: str) -> None:
    pytest.fail(f"{path}: {reason}")


def find_until(
    last: Path,
    folder: Path,
    excluded: Sequence[Path] = (),
    then: Callable[[], object] = lambda: None,
) -> list[Path]:
    """Watches a folder until a photo is found.

    Args:
        last: The photo.
        folder: The folder.
        excluded: Folders in it that are not watched.
        then: Called once, after the first photo.

    Returns:
        All photos that were found.
    """
    found: list[Path] = []
    actions = [then]
    deadline = time.monotonic() + WAIT_S
    with open_watch(
        [folder], excluded, lambda: last in found or time.monotonic() > deadline, fail
    ) as photos:
        for photo in photos:
            if photo is not None:
                found.append(photo)
            elif found and actions:
                actions.pop()()
    return found


def test_first_what_is_there_then_what_the_system_reports(photo_file, monkeypatch):
    monkeypatch.setattr(watch_module, "RESCAN_INTERVAL_S", 2 * WAIT_S)
    later = photo_file.with_name("later.jpg")
    found = find_until(later, photo_file.parent, then=lambda: shutil.copy(photo_file, later))
    assert found == [photo_file, later]


def test_a_search_finds_what_the_system_does_not_report(photo_file, monkeypatch):
    """As on a network drive."""
    monkeypatch.setattr(watch_module, "RESCAN_INTERVAL_S", 0.05)
    monkeypatch.setattr(watch_module, "FILE_EVENTS", ())
    later = photo_file.with_name("later.jpg")
    found = find_until(later, photo_file.parent, then=lambda: shutil.copy(photo_file, later))
    assert found == [photo_file, later]


def test_hidden_files_other_files_and_our_own_are_no_photos(photo_file):
    folder = photo_file.parent
    last = folder / "last.jpg"

    def copy_to_all() -> None:
        for name in (".hidden.jpg", "notes.txt", ".cache/thumbnail.jpg", "copies/car.jpg"):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(photo_file, folder / name)
        shutil.copy(photo_file, last)

    found = find_until(last, folder, [folder / "copies"], copy_to_all)
    assert found == [photo_file, last]


def test_a_folder_that_cannot_be_listed_is_reported_once(tmp_path, monkeypatch):
    monkeypatch.setattr(watch_module, "RESCAN_INTERVAL_S", 0.0)
    (tmp_path / "gone").mkdir()
    problems: list[tuple[object, str]] = []
    turns = iter(range(5))
    with open_watch(
        [tmp_path / "gone"],
        [],
        lambda: next(turns, None) is None,
        lambda *problem: problems.append(problem),
    ) as photos:
        (tmp_path / "gone").rmdir()
        assert list(filter(None, photos)) == []
    assert [path for path, _ in problems] == [tmp_path / "gone"]


def test_a_folder_that_the_system_cannot_watch_is_a_warning(photo_file, monkeypatch, caplog):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr("watchdog.observers.Observer.schedule", refuse)
    assert find_until(photo_file, photo_file.parent) == [photo_file]
    assert f"{photo_file.parent}: the system does not report" in caplog.text
    assert "(inotify watch limit reached); it is searched every 5 s instead" in caplog.text


class Watch:
    """A command that watches, and what it has written so far."""

    def __init__(self, folder: Path, *options: object) -> None:
        """Starts it, with a table on stdout unless the options say otherwise."""
        arguments = [*options] if "--output" in options else ["--format", "jsonl", *options]
        self._out = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._err = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [
                *(sys.executable, REPOSITORY / "ocr_license_plate.py", "--watch"),
                *("--reader", "network", folder, *map(str, arguments)),
            ],
            stdout=self._out,
            stderr=self._err,
        )

    @property
    def out(self) -> str:
        """The text on its stdout so far."""
        return _written(self._out)

    @property
    def err(self) -> str:
        """The text on its stderr so far."""
        return _written(self._err)

    def close(self) -> None:
        """Ends it, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self._out.close()
        self._err.close()

    def wait_for(self, *names: str) -> None:
        """Waits until there are rows of these photos, in any order."""
        wait_until(lambda: set(names) <= set(self.rows()), self)

    def rows(self) -> Counter[str]:
        """The number of rows of each photo, by its name."""
        out = self.out
        complete = out[: out.rfind("\n") + 1].splitlines()
        return Counter(Path(json.loads(line)["path"]).name for line in complete)

    def stop(self, number: int = signal.SIGINT) -> str:
        """Sends a signal and waits for the end; returns the text on stderr."""
        self.process.send_signal(number)
        self.process.wait(WAIT_S)
        return self.err


def _written(file: TextIO) -> str:
    """The content of a file. Its position, which the writer shares, stays as it is."""
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode()


def wait_until(is_reached: Callable[[], bool], watch: Watch) -> None:
    deadline = time.monotonic() + WAIT_S
    while not is_reached():
        assert watch.process.poll() is None, watch.err
        assert time.monotonic() < deadline, watch.out
        time.sleep(0.02)


@pytest.fixture
def start(photo_file: Path) -> Iterator[Callable[..., Watch]]:
    """Starts watching the folder of the photo."""
    watches: list[Watch] = []

    def start(*options: object) -> Watch:
        watches.append(Watch(photo_file.parent, *options))
        return watches[-1]

    yield start
    for watch in watches:
        watch.close()


def copy_slowly(source: Path, target: Path) -> None:
    """Writes a file in pieces, as a slow camera does."""
    content = source.read_bytes()
    step = len(content) // 4
    with target.open("wb", buffering=0) as file:
        for begin in range(0, len(content), step):
            file.write(content[begin : begin + step])
            time.sleep(PAUSE_S)


def append_slowly(source: Path, target: Path) -> None:
    """Does the same, but closes the file after each piece."""
    content = source.read_bytes()
    step = len(content) // 4
    for begin in range(0, len(content), step):
        with target.open("ab") as file:
            file.write(content[begin : begin + step])
        time.sleep(PAUSE_S)


def rename_into_place(source: Path, target: Path) -> None:
    unfinished = target.with_name(".unfinished")
    shutil.copy(source, unfinished)
    unfinished.rename(target)


def rename_from_elsewhere(source: Path, target: Path) -> None:
    outside = target.parents[1] / "outside.jpg"
    shutil.copy(source, outside)
    outside.rename(target)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_every_photo_is_read_once_however_it_arrives(start, photo_file, tmp_path, workers):
    outside = tmp_path / "moved"
    (outside / "deep").mkdir(parents=True)
    shutil.copy(photo_file, outside / "deep" / "in a moved folder.jpg")
    watch = start("--workers", workers)
    folder = photo_file.parent
    watch.wait_for("car.jpg")
    copy_slowly(photo_file, folder / "slow.jpg")
    append_slowly(photo_file, folder / "slow in pieces.jpg")
    rename_into_place(photo_file, folder / "renamed.jpg")
    rename_from_elsewhere(photo_file, folder / "moved.jpg")
    shutil.copy2(photo_file, folder / "with its date.jpg")
    (folder / "new" / "deep").mkdir(parents=True)
    shutil.copy(photo_file, folder / "new" / "deep" / "in a new folder.jpg")
    outside.rename(folder / "moved folder")
    names = ("car", "slow", "slow in pieces", "renamed", "moved", "with its date")
    expected = [f"{name}.jpg" for name in (*names, "in a new folder", "in a moved folder")]
    watch.wait_for(*expected)
    err = watch.stop()
    assert watch.process.returncode == ExitCode.INTERRUPTED, err
    assert watch.rows() == Counter(expected)
    assert watch.out.count(PLATE_TEXT) >= len(expected)
    assert "Traceback" not in err


@pytest.mark.slow
def test_a_photo_that_changes_is_read_again(start, photo_file):
    watch = start()
    watch.wait_for("car.jpg")
    os.utime(photo_file)  # only its date
    photo_file.write_bytes(photo_file.read_bytes() + b"other")
    wait_until(lambda: watch.rows()["car.jpg"] == 2, watch)
    shutil.copy(photo_file, photo_file.with_name("last.jpg"))
    watch.wait_for("last.jpg")
    watch.stop()
    assert watch.rows() == {"car.jpg": 2, "last.jpg": 1}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, ExitCode.INTERRUPTED), (signal.SIGTERM, ExitCode.TERMINATED)],
)
def test_a_stop_completes_what_is_written(start, photo_file, tmp_path, number, code):
    pytest.importorskip("pyarrow", reason=f"pyarrow is missing; {install_hint('parquet')}")
    table, page, copies = (tmp_path / name for name in ("plates.parquet", "p.html", "copies"))
    watch = start("--output", table, "--report", page, "--annotate", copies)
    wait_until(lambda: PLATE_TEXT in watch.out, watch)
    shutil.copy(photo_file, photo_file.parent / "later.jpg")
    wait_until(lambda: watch.out.count(PLATE_TEXT) == 2, watch)
    err = watch.stop(number)
    assert watch.process.returncode == code, err
    assert "Traceback" not in err
    assert sorted(path.name for path in copies.iterdir()) == ["car.jpg", "later.jpg"]
    assert "later.jpg" in page.read_text(encoding="utf-8")
    from anpr.output.tables.parquet import read_rows

    names = [Path(row["path"]).name for row in read_rows(table)]
    assert names == ["car.jpg", "later.jpg"]
    left_over = {path.name for path in tmp_path.iterdir()}
    assert left_over == {"photos", "copies", "plates.parquet", "p.html"}


@pytest.mark.slow
def test_a_resumed_run_goes_on_watching_and_a_changed_photo_has_one_set_of_rows(
    start, photo_file, tmp_path
):
    table = tmp_path / "plates.csv"
    network = ("--reader", "network")  # as the watching command has it
    assert command(photo_file.parent, *network, "--output", table).returncode == 0
    watch = start("--output", table, "--resume")
    wait_until(lambda: PLATE_TEXT in watch.out, watch)
    for more in (b"once", b"twice"):
        count = watch.out.count(PLATE_TEXT)
        photo_file.write_bytes(photo_file.read_bytes() + more)
        wait_until(lambda count=count: watch.out.count(PLATE_TEXT) > count, watch)
    err = watch.stop()
    assert watch.process.returncode == ExitCode.INTERRUPTED, err
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(Path(row["path"]).name, row["text"]) for row in rows] == [("car.jpg", PLATE_TEXT)]
    assert int(rows[0]["file_size"]) == photo_file.stat().st_size


@pytest.mark.slow
def test_debug_images_in_the_folder_are_no_photos(start, photo_file):
    steps = photo_file.parent / "steps"
    watch = start("--debug-dir", steps)
    watch.wait_for("car.jpg")
    shutil.copy(photo_file, photo_file.parent / "last.jpg")
    watch.wait_for("last.jpg")
    watch.stop()
    assert len(list(steps.iterdir())) > 1
    assert watch.rows() == {"car.jpg": 1, "last.jpg": 1}
