"""A run that was stopped, however that was, and goes on: its table is that of one that was not."""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from anpr.usage import ExitCode

from anpr.batch.serial import stamp_of
from anpr.errors import OutputError
from anpr.models import weights
from anpr.output.tables.open import open_table
from anpr.output.tables.parquet import read_rows
from anpr.output.tables.previous_run import Earlier
from anpr.output.tables.resume import resume_table
from anpr.output.tables.schema import COLUMNS, records
from anpr.output.tables.text_tables import csv_lines
from anpr.types import FileResult, Status
from tests.conftest import REPOSITORY, command
from tests.test_tables import READING, UNDECODABLE

KINDS = ("csv", "jsonl", "parquet")
# With all that ends a line somewhere; the numbers of plates are what a cut may change.
PLATES = {"a.jpg": 3, 'b\n"c, .jpg': 0, UNDECODABLE: 2, "d\r.jpg": 1, "z.jpg": 2}
STRIDE = 17  # bytes from one cut to the next: a row has some 300


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in PLATES:
        (folder / name).write_text(name.encode("utf-8", "replace").decode())
    return [folder / name for name in PLATES]


def fresh(path: Path) -> FileResult:
    """What reading a photo gives."""
    readings = (READING,) * PLATES[path.name]
    status = Status.CHECK if readings else Status.NO_PLATE
    return FileResult(path, status, readings, stamp=stamp_of(path))


def run(table: Path, photos: Iterable[Path], stop_after: int | None = None) -> list[str]:
    """Runs with --resume, and returns the names of the photos that were read."""
    read = []
    resumed = resume_table(table)
    with resumed or open_table(table) as writer:
        for number, path in enumerate(photos):
            if number == stop_after:
                raise KeyboardInterrupt
            result = resumed.find(path) if resumed else None
            if result is None:
                result = fresh(path)
                read.append(path.name)
            writer.write(result)
    return read


@pytest.fixture
def undisturbed(photos, tmp_path, request) -> Path:
    """The whole table; its kind is the test's parameter `kind`."""
    table = tmp_path / f"undisturbed.{request.node.callspec.params['kind']}"
    run(table, photos)
    return table


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_cut_anywhere_becomes_whole(undisturbed, photos, tmp_path, kind):
    whole = undisturbed.read_bytes()
    table = tmp_path / f"plates.{kind}"
    counts = []
    for size in (*range(0, len(whole), STRIDE), len(whole) - 1, len(whole)):
        table.write_bytes(whole[:size])
        counts.append(len(run(table, photos)))
        assert table.read_bytes() == whole, size
    assert counts[0] == len(photos)
    assert counts[-2:] == [1, 0]
    assert counts == sorted(counts, reverse=True)
    assert not list(tmp_path.glob(f"*plates.{kind}.*"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_journal_cut_anywhere_loses_nothing_before(undisturbed, photos, tmp_path, kind):
    """Stopped twice: the table holds the first photos, the journal some more."""
    table = tmp_path / f"plates.{kind}"
    journal = tmp_path / f"plates.{kind}.partial.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=2)
    begun = table.read_bytes() if table.exists() else b""
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=4)
    assert (table.read_bytes() if table.exists() else b"") == begun
    whole = journal.read_bytes()
    for size in range(0, len(whole) + 1, 2 * STRIDE):
        if begun:
            table.write_bytes(begun)
        else:
            table.unlink(missing_ok=True)
        journal.write_bytes(whole[:size])
        run(table, photos)
        assert content(table) == content(undisturbed), size
        assert not journal.exists()


def content(table: Path) -> object:
    return list(read_rows(table)) if table.suffix == ".parquet" else table.read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_table_stays_as_it_is(undisturbed, photos, kind):
    before = content(undisturbed)
    again = [UNDECODABLE] if kind == "parquet" and os.name == "nt" else []
    assert run(undisturbed, photos) == again
    assert content(undisturbed) == before


@pytest.mark.parametrize("kind", ["csv"])
def test_a_photo_that_has_changed_is_read_again(undisturbed, photos, kind):
    photos[0].write_text("longer than it was")
    os.utime(photos[3], ns=(0, 1))
    photos[4].unlink()
    assert run(undisturbed, photos) == ["a.jpg", "d\r.jpg", "z.jpg"]


@pytest.mark.parametrize("kind", KINDS)
def test_another_model_reads_everything_again(undisturbed, photos, monkeypatch, kind):
    monkeypatch.setattr(weights, "version", lambda: "newer")
    assert run(undisturbed, photos) == list(PLATES)


@pytest.mark.parametrize(
    "result",
    [
        FileResult(Path(), Status.FAILED, reason="cannot decode"),
        FileResult(Path(), Status.READ, (READING,), unwritten="no space for its copy"),
    ],
)
def test_what_failed_is_read_again(photos, tmp_path, result):
    path = photos[0]
    failed = replace(result, path=path, stamp=stamp_of(path))
    with open_table(tmp_path / "plates.csv") as table:
        table.write(failed)
    assert run(tmp_path / "plates.csv", [path]) == ["a.jpg"]


@pytest.mark.parametrize("kind", ["csv"])
def test_a_photo_that_is_given_twice_has_its_rows_twice(undisturbed, photos, tmp_path, kind):
    whole = undisturbed.read_text("utf-8", "surrogateescape").partition("\n")
    run(undisturbed, photos * 2)
    twice = "".join(whole) + whole[2]
    assert undisturbed.read_text("utf-8", "surrogateescape") == twice


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_photos_that_are_not_asked_for_stay(undisturbed, photos, caplog, kind):
    run(undisturbed, photos[3:])
    assert "has 3 photos that are not among the inputs; their rows stay, at its end" in caplog.text
    assert run(undisturbed, photos) == []


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_row_that_a_disk_spoilt_costs_its_photo_alone(undisturbed, photos, kind):
    lines = undisturbed.read_bytes().split(b"\n")
    spoilt = next(number for number, line in enumerate(lines) if b"d\r" in line or rb"d\r" in line)
    before = content(undisturbed)
    lines[spoilt] = b"\0" * len(lines[spoilt])
    undisturbed.write_bytes(b"\n".join(lines))
    assert run(undisturbed, photos) == ["d\r.jpg"]
    assert content(undisturbed) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plates.csv", "months of work"),
        ("plates.csv", "path,text\na.jpg,AB12\n"),
        ("plates.csv", ",".join(COLUMNS) + ",more\n"),
        ("plates.jsonl", "months of work"),
        ("plates.jsonl", '{"path": "a.jpg", "text": "AB12"}\n'),
        ("plates.jsonl", '{"path": "a.jpg", "text": "AB12"}'),
        ("plates.jsonl", "[1, 2]\n"),
        ("plates.parquet", "months of work"),
        ("plates.parquet.partial.jsonl", "months of work"),
    ],
)
def test_another_programs_file_is_an_error_and_stays(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(OutputError, match=r"plates.*, expected a table .* left as it is: name ano"):
        resume_table(tmp_path / name.removesuffix(".partial.jsonl"))
    assert (tmp_path / name).read_text() == text
    assert os.listdir(tmp_path) == [name]


def test_another_programs_parquet_is_an_error(tmp_path):
    table = tmp_path / "plates.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"path": ["a.jpg"]}), table)
    with pytest.raises(OutputError, match="other columns"):
        resume_table(table)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_to_go_on_with_is_a_new_table(tmp_path, kind):
    table = tmp_path / f"plates.{kind}"
    assert resume_table(table) is None
    table.touch()
    assert resume_table(table) is None


@pytest.mark.parametrize("kind", KINDS)
def test_without_resume_nothing_is_lost(photos, tmp_path, kind):
    """A table that was begun, and the journal of a run that went on with it."""
    table = tmp_path / f"plates.{kind}"
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=3)
    with pytest.raises(OutputError, match=r"already there from an earlier run .* by --resume"):
        open_table(table)
    table.unlink(missing_ok=True)
    with pytest.raises(OutputError, match=r"partial\.jsonl: already there"):
        open_table(table)


def test_a_link_stays_a_link(photos, tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "plates.csv"
    link.symlink_to(real)
    run(link, photos[:1])
    run(link, photos)
    assert link.is_symlink()
    assert len(real.read_bytes()) > 0


def test_what_is_kept_says_what_was_read(photos):
    earlier = Earlier()
    rows = records(fresh(photos[0]))
    earlier.put(rows)
    result = earlier.find(photos[0])
    assert result is not None
    assert result.is_kept
    assert csv_lines(records(result)) == csv_lines(rows)


COPIES = 5  # of the eight sample photos
KILLED_RUN_S = 8.0  # a run that has come so far needs no killing


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    samples = sorted((REPOSITORY / "license_plates").rglob("*.jpg"))
    for copy in range(COPIES):
        for number, sample in enumerate(samples):
            shutil.copy(sample, folder / f"{copy}\n{number}.jpg")
    (folder / "0 broken.jpg").write_bytes(b"\xff\xd8")
    return folder


@pytest.fixture(scope="module")
def expected(folder, tmp_path_factory) -> tuple[str, list[dict[str, object]]]:
    """Stdout and rows of an undisturbed run."""
    table = tmp_path_factory.mktemp("undisturbed") / "plates.csv"
    done = command("-i", folder, "-o", table, "--workers", 2)
    assert done.returncode == ExitCode.SOME_FAILED
    return done.stdout, timeless(table)


def timeless(table: Path) -> list[dict[str, object]]:
    """The rows, as they are in CSV, without what two runs never share."""
    if table.suffix == ".csv":
        with table.open(newline="") as file:
            rows = list(csv.DictReader(file))
    else:
        typed = read_rows(table) if table.suffix == ".parquet" else jsonl(table)
        text = csv_lines(typed)
        rows = list(csv.DictReader(text.splitlines(keepends=True), COLUMNS))
    return [{name: row[name] for name in COLUMNS if not name.endswith("_ms")} for row in rows]


def jsonl(table: Path) -> Iterable[dict[str, object]]:
    return map(json.loads, table.read_text("ascii").splitlines())


def kill_sometime(arguments: list[object], watched: list[Path], chance: random.Random) -> None:
    """Starts the command, and kills it while it starts, reads or writes."""
    sizes = [path.stat().st_size if path.exists() else 0 for path in watched]
    process = subprocess.Popen(
        [sys.executable, str(REPOSITORY / "ocr_license_plate.py"), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + chance.choice(
        (chance.uniform(0, 2), chance.uniform(0, 2), KILLED_RUN_S)
    )
    while time.monotonic() < deadline and process.poll() is None:
        if [path.stat().st_size if path.exists() else 0 for path in watched] != sizes:
            deadline = min(deadline, time.monotonic() + chance.uniform(0, 0.4))
            sizes = []
        time.sleep(0.005)
    process.kill()
    process.wait()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no kill -9")
@pytest.mark.parametrize(("kind", "kills"), [("csv", 20), ("parquet", 2)])
def test_killed_again_and_again(folder, expected, tmp_path, kind, kills):
    table = tmp_path / f"plates.{kind}"
    watched = [table, tmp_path / f"{table.name}.partial.jsonl"]
    arguments = ["-i", folder, "-o", table, "--workers", 2, "--resume"]
    chance = random.Random(kind)
    for _ in range(kills):
        kill_sometime(arguments, watched, chance)
    done = command(*arguments)
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert done.stdout == expected[0]
    assert timeless(table) == expected[1]
    assert not watched[1].exists()
