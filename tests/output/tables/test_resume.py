"""A run that was stopped and resumed: its table is that of an undisturbed run."""

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

import pytest

from anpr.errors import ExitCode, OutputError, ResumeError
from anpr.models import weights
from anpr.output.tables.open import open_table
from anpr.output.tables.parquet import read_rows
from anpr.output.tables.resume import resume_table
from anpr.output.tables.schema import COLUMNS
from anpr.output.tables.text_tables import csv_lines
from anpr.types import FileResult, Status, stamp_of
from tests.builders import SAMPLES, UNDECODABLE_NAME
from tests.conftest import SCRIPT, command
from tests.output.tables.examples import KINDS, READING, needs_pyarrow

# The number of plates in each photo. The names contain whatever ends a line somewhere.
PLATES = {"a.jpg": 3, 'b\n"c, .jpg': 0, UNDECODABLE_NAME: 2, "d\r.jpg": 1, "z.jpg": 2}
STRIDE = 17  # bytes from one cut to the next; a row has about 300


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in PLATES:
        (folder / name).write_text(name.encode("utf-8", "replace").decode())
    return [folder / name for name in PLATES]


def fresh(path: Path, options: str = "") -> FileResult:
    """Returns what reading a photo gives."""
    readings = (READING,) * PLATES[path.name]
    status = Status.CHECK if readings else Status.NO_PLATE
    return FileResult(path, status, readings, stamp=stamp_of(path), options=options)


def run(
    table: Path, photos: Iterable[Path], stop_after: int | None = None, options: str = ""
) -> list[str]:
    """Runs with --resume, and returns the names of the photos that were read."""
    read = []
    resumed = resume_table(table, None, options)
    with resumed or open_table(table) as writer:
        for number, path in enumerate(photos):
            if number == stop_after:
                raise KeyboardInterrupt
            result = resumed.find(path) if resumed else None
            if result is None:
                result = fresh(path, options)
                read.append(path.name)
            writer.write(result)
    return read


@pytest.fixture
def undisturbed(photos, tmp_path, request) -> Path:
    """The complete table; its format is the test's parameter `kind`."""
    table = tmp_path / f"undisturbed.{request.node.callspec.params['kind']}"
    run(table, photos)
    return table


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_cut_off_anywhere_becomes_complete(undisturbed, photos, tmp_path, kind):
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
def test_a_journal_cut_off_anywhere_loses_only_what_is_cut_off(undisturbed, photos, tmp_path, kind):
    """Stopped twice: the table holds the first two photos, the journal the next two."""
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
def test_a_complete_table_stays_as_it_is(undisturbed, photos, kind):
    before = content(undisturbed)
    again = [UNDECODABLE_NAME] if kind == "parquet" and os.name == "nt" else []
    assert run(undisturbed, photos) == again
    assert content(undisturbed) == before


@pytest.mark.parametrize("kind", ["csv"])
def test_a_photo_that_has_changed_is_read_again(undisturbed, photos, kind):
    photos[0].write_text("longer than it was")
    os.utime(photos[3], ns=(0, 1))
    photos[4].unlink()
    assert run(undisturbed, photos) == ["a.jpg", "d\r.jpg", "z.jpg"]


@pytest.mark.parametrize("kind", KINDS)
def test_other_weights_read_everything_again(undisturbed, photos, monkeypatch, kind):
    monkeypatch.setattr(weights, "version", lambda: "newer")
    assert run(undisturbed, photos) == list(PLATES)


@pytest.mark.parametrize(
    "result",
    [
        FileResult(Path(), Status.FAILED, reason="cannot decode"),
        FileResult(Path(), Status.READ, (READING,), unwritten="no space for its copy"),
    ],
)
def test_a_failure_is_read_again(photos, tmp_path, result):
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
def test_rows_of_photos_that_are_not_among_the_inputs_stay(undisturbed, photos, caplog, kind):
    run(undisturbed, photos[3:])
    assert "has 3 photos that are not among the inputs; their rows stay, at its end" in caplog.text
    assert run(undisturbed, photos) == []


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_damaged_row_costs_only_its_photo(undisturbed, photos, kind):
    lines = undisturbed.read_bytes().split(b"\n")
    damaged = next(number for number, line in enumerate(lines) if b"d\r" in line or rb"d\r" in line)
    before = content(undisturbed)
    lines[damaged] = b"\0" * len(lines[damaged])
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
        pytest.param("plates.parquet", "months of work", marks=needs_pyarrow),
        ("plates.parquet.partial.jsonl", "months of work"),
    ],
)
def test_another_programs_file_is_an_error_and_stays(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    with pytest.raises(OutputError, match=r"plates.*, expected a table .* left as it is: name ano"):
        resume_table(tmp_path / name.removesuffix(".partial.jsonl"), None)
    assert (tmp_path / name).read_text() == text
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("kind", KINDS)
def test_without_anything_to_resume_there_is_no_resumed_table(tmp_path, kind):
    table = tmp_path / f"plates.{kind}"
    assert resume_table(table, None) is None
    table.touch()
    assert resume_table(table, None) is None


@pytest.mark.parametrize("kind", KINDS)
def test_without_resume_nothing_is_lost(photos, tmp_path, kind):
    """Neither of an incomplete table nor of the journal of a run that resumed it."""
    table = tmp_path / f"plates.{kind}"
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=2)
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=3)
    with pytest.raises(OutputError, match=r"already there from a previous run .* with --resume"):
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


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_options_continue_the_table(photos, tmp_path, kind):
    table = tmp_path / f"plates.{kind}"
    run(table, photos[:2], options="--region in")
    assert run(table, photos[:3], options="--region in") == [photos[2].name]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        ("", "--region in", "a.jpg was read with no options, this run has --region in"),
        ("--one", "", "a.jpg was read with --one, this run has none"),
        ("--one", "--region in", "a.jpg was read with --one, this run has --region in"),
    ],
)
def test_other_options_are_refused_and_change_nothing(photos, tmp_path, kind, before, now, message):
    table = tmp_path / f"plates.{kind}"
    run(table, photos, options=before)
    content = table.read_bytes()
    with pytest.raises(ResumeError, match=rf"{message} \(photos concerned: 5 of 5\)") as caught:
        resume_table(table, None, now)
    assert caught.value.exit_code == ExitCode.USAGE
    assert table.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [table.name]


@pytest.mark.parametrize("kind", KINDS)
def test_other_options_in_a_journal_are_refused_and_change_nothing(photos, tmp_path, kind):
    table = tmp_path / f"plates.{kind}"
    journal = tmp_path / f"plates.{kind}.partial.jsonl"
    run(table, photos[:1], options="--one")
    with pytest.raises(KeyboardInterrupt):
        run(table, photos, stop_after=3, options="--one")
    table.unlink()
    content = journal.read_bytes()
    with pytest.raises(ResumeError, match=r"(?s)partial\.jsonl: .* was read with --one.*2 of 2"):
        resume_table(table, None)
    assert journal.read_bytes() == content


COPIES = 5  # of each of the eight sample photos
MAX_WAIT_S = 8.0  # before a run is killed in any case


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    samples = sorted(SAMPLES.rglob("*.jpg"))
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
    """Returns the rows as they are in CSV, without the times, which differ between runs."""
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
    """Starts the command and kills it while it starts, reads or writes."""
    sizes = [path.stat().st_size if path.exists() else 0 for path in watched]
    process = subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + chance.choice(
        (chance.uniform(0, 2), chance.uniform(0, 2), MAX_WAIT_S)
    )
    while time.monotonic() < deadline and process.poll() is None:
        if [path.stat().st_size if path.exists() else 0 for path in watched] != sizes:
            deadline = min(deadline, time.monotonic() + chance.uniform(0, 0.4))
            sizes = []
        time.sleep(0.005)
    process.kill()
    process.wait()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no kill -9")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "kills"), [("csv", 20), pytest.param("parquet", 2, marks=needs_pyarrow)]
)
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
