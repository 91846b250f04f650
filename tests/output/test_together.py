"""The outputs of the command, through the command: tables, report, copies, messages."""

import csv
import fcntl
import io
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import numpy as np
import pytest

from anpr import PlateReader
from anpr.errors import ExitCode
from anpr.output.tables.schema import COLUMNS
from tests.builders import CAR_GRAY, PLATE_TEXT, PLATE_XYWH, write_photo
from tests.conftest import SCRIPT, command


@pytest.fixture
def folder(photo, photo_file):
    """A photo with a plate, one without, one with two plates, and a file that is not a photo."""
    photos = photo_file.parent
    write_photo(photos / "empty.png", np.full((400, 600, 3), 90, np.uint8))
    (photos / "broken.jpg").write_bytes(b"no photo")
    write_photo(photos / "two.png", np.vstack([photo, photo]))
    return photos


STATUSES = ["FAILED", "READ", "NO_PLATE", "READ", "READ"]
TEXTS = ["", PLATE_TEXT, "", PLATE_TEXT, PLATE_TEXT]


def test_a_table_has_a_row_a_plate_and_one_for_a_photo_without(folder, tmp_path):
    table = tmp_path / "out" / "plates.csv"
    done = command(folder, "-o", table)
    assert done.returncode == ExitCode.SOME_FAILED
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n" * 3
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == COLUMNS
    assert list(rows[0])[:5] == ["path", "status", "text", "confidence", "alternatives"]
    assert [row["status"] for row in rows] == STATUSES
    assert [row["text"] for row in rows] == TEXTS
    assert "cannot decode" in rows[0]["reason"]
    x, _, width, _ = PLATE_XYWH
    assert float(rows[1]["x1"]) == pytest.approx(x, abs=12)
    assert float(rows[1]["box_width"]) == pytest.approx(width, abs=20)


def test_a_table_on_stdout_replaces_the_lines(folder):
    done = command(folder, "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == TEXTS
    done = command(folder, "--format", "csv")
    assert [row["text"] for row in csv.DictReader(io.StringIO(done.stdout))] == TEXTS


def test_parquet_is_chosen_by_the_files_name(folder, tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    command(folder, "-o", tmp_path / "plates.parquet")
    table = parquet.read_table(tmp_path / "plates.parquet")
    assert table.column("status").to_pylist() == STATUSES


def test_a_table_that_exists_is_not_overwritten(photo_file, tmp_path):
    table = tmp_path / "plates.csv"
    table.write_text("years of work\n")
    done = command(photo_file, "-o", table)
    assert (done.returncode, done.stdout) == (ExitCode.NOT_WRITTEN, "")
    assert "plates.csv" in done.stderr and "Traceback" not in done.stderr
    assert table.read_text() == "years of work\n"


def test_a_full_disk_ends_the_run_with_a_reason(photo_file):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    done = command(photo_file, "-o", "/dev/full", "--format", "csv")
    assert done.returncode == ExitCode.NOT_WRITTEN
    assert "/dev/full" in done.stderr and "Traceback" not in done.stderr


def test_copies_crops_and_report_are_made_in_the_same_run(folder, tmp_path):
    out = {kind: tmp_path / kind for kind in ("annotate", "crops", "redact")}
    report = tmp_path / "report.html"
    options = [text for kind, path in out.items() for text in (f"--{kind}", path)]
    command(folder, *options, "--report", report)
    assert sorted(p.name for p in out["annotate"].iterdir()) == ["car.jpg", "empty.png", "two.png"]
    assert len(list(out["crops"].iterdir())) == 3
    assert PLATE_TEXT in report.read_text(encoding="utf-8")
    reader = PlateReader()
    for copy in out["redact"].iterdir():
        assert reader.read(copy) == []


def test_one_keeps_the_most_probable_plate(folder):
    done = command(folder / "two.png", "--one")
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n"


def test_quiet_and_verbose(folder):
    quiet = command(folder, "--quiet").stderr
    assert "broken.jpg" in quiet and "empty.png" not in quiet
    verbose = command(folder, "--verbose").stderr
    assert "car.jpg: decoded in" in verbose and "empty.png: no plate read" in verbose
    stages = ["NetworkLocator found 1 candidates in", "decided on 1 candidates in"]
    assert all(stage in verbose for stage in stages)


def test_progress_shows_on_a_terminal_only(folder):
    screen, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    arguments = [sys.executable, str(SCRIPT), str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=stderr) as process:
        lines = process.communicate(timeout=120)[0]
    os.close(stderr)
    shown = b""
    while True:
        try:
            piece = os.read(screen, 4096)
        except OSError:  # Linux: the other end is closed
            break
        shown += piece
    os.close(screen)
    assert lines.decode() == f"[INFO] {PLATE_TEXT}\n" * 3
    assert b"4/4" in shown and b"plates=3" in shown and b"broken.jpg" in shown
    assert "photo" not in command(folder / "car.jpg").stderr


@pytest.mark.slow
def test_the_reader_is_what_was_asked_for(photo_file):
    done = command(photo_file, "--reader", "tesseract", "--format", "jsonl")
    row = json.loads(done.stdout)
    assert (row["text"], row["status"]) == (PLATE_TEXT, "CHECK")  # Tesseract alone is never READ
    done = command(photo_file, "--reader", "network", "--tesseract-cmd", "/nowhere")
    assert (done.returncode, done.stdout) == (ExitCode.OK, f"[INFO] {PLATE_TEXT}\n")
    done = command(photo_file, "--reader", "tesseract", "--tesseract-cmd", "/nowhere")
    assert done.returncode == ExitCode.NO_TESSERACT


def scene_with_dirt(photo: np.ndarray) -> np.ndarray:
    """Returns the scene with dirt that connects the plate's first character with its border."""
    scene = photo.copy()
    x, y, _, height = PLATE_XYWH
    foot_of_text = y + height // 2 + 14
    scene[foot_of_text - 4 : foot_of_text + 4, x : x + 17] = CAR_GRAY // 3
    return scene


@pytest.mark.parametrize(
    ("border", "text"), [("-1", PLATE_TEXT[1:]), ("0", PLATE_TEXT), ("1", PLATE_TEXT[1:])]
)
def test_clear_border_removes_a_character_that_touches_the_border(photo, tmp_path, border, text):
    path = write_photo(tmp_path / "car.png", scene_with_dirt(photo))
    done = command(
        *(path, "--locator", "morphology", "--reader", "tesseract", "--clear-border", border)
    )
    assert done.stdout == f"[INFO] {text}\n"
