"""What comes out of the command, through the command: tables, report, copies, loudness."""

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

import cv2
import numpy as np
import pytest

from anpr import PlateReader, Status
from anpr.decide.confidence import READ_FROM, judge
from anpr.output.tables.schema import COLUMNS
from anpr.types import Box, Candidate, Reading
from tests.conftest import PLATE_TEXT, PLATE_XYWH, REPOSITORY, command


@pytest.fixture
def folder(photo, photo_file):
    """A photo with a plate, one without, one that is none, one with two plates."""
    photos = photo_file.parent
    cv2.imwrite(str(photos / "empty.png"), np.full((400, 600, 3), 90, np.uint8))
    (photos / "broken.jpg").write_bytes(b"no photo")
    cv2.imwrite(str(photos / "two.png"), np.vstack([photo, photo]))
    return photos


STATUSES = ["FAILED", "READ", "NO_PLATE", "READ", "READ"]
TEXTS = ["", PLATE_TEXT, "", PLATE_TEXT, PLATE_TEXT]


def test_a_table_has_a_row_a_plate_and_one_for_a_photo_without(folder, tmp_path):
    table = tmp_path / "out" / "plates.csv"
    done = command("-i", folder, "-o", table)
    assert done.returncode == 1  # one is no photo
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


def test_a_table_on_stdout_takes_the_place_of_the_lines(folder):
    done = command("-i", folder, "--format", "jsonl")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == TEXTS
    done = command("-i", folder, "--format", "csv")
    assert [row["text"] for row in csv.DictReader(io.StringIO(done.stdout))] == TEXTS


def test_parquet_is_chosen_by_the_files_name(folder, tmp_path):
    from pyarrow import parquet

    command("-i", folder, "-o", tmp_path / "plates.parquet")
    table = parquet.read_table(tmp_path / "plates.parquet")
    assert table.column("status").to_pylist() == STATUSES


def test_a_table_that_is_there_is_not_overwritten(photo_file, tmp_path):
    table = tmp_path / "plates.csv"
    table.write_text("years of work\n")
    done = command("-i", photo_file, "-o", table)
    assert (done.returncode, done.stdout) == (5, "")
    assert "plates.csv" in done.stderr and "Traceback" not in done.stderr
    assert table.read_text() == "years of work\n"


def test_a_full_disk_ends_the_run_with_a_reason(photo_file):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    done = command("-i", photo_file, "-o", "/dev/full", "--format", "csv")
    assert done.returncode == 5
    assert "/dev/full" in done.stderr and "Traceback" not in done.stderr


def test_copies_crops_and_report_are_made_beside(folder, tmp_path):
    out = {kind: tmp_path / kind for kind in ("annotate", "crops", "redact")}
    report = tmp_path / "report.html"
    options = [text for kind, path in out.items() for text in (f"--{kind}", path)]
    command("-i", folder, *options, "--report", report)
    assert sorted(p.name for p in out["annotate"].iterdir()) == ["car.jpg", "empty.png", "two.png"]
    assert len(list(out["crops"].iterdir())) == 3
    assert PLATE_TEXT in report.read_text(encoding="utf-8")
    reader = PlateReader()
    for copy in out["redact"].iterdir():
        assert reader.read(copy) == []


def test_one_is_the_surest(folder):
    done = command("-i", folder / "two.png", "--one")
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n"


def test_quiet_and_verbose(folder):
    quiet = command("-i", folder, "--quiet").stderr
    assert "broken.jpg" in quiet and "empty.png" not in quiet
    verbose = command("-i", folder, "--verbose").stderr
    assert "car.jpg: decoded in" in verbose and "empty.png: no plate read" in verbose
    stages = [
        "NetworkLocator found 1 places in",
        "NetworkReader read 1 of them in",
        "panel: 1 plates",
    ]
    assert all(stage in verbose for stage in stages)


def test_progress_shows_on_a_terminal_only(folder):
    screen, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    arguments = [sys.executable, str(REPOSITORY / "ocr_license_plate.py"), "-i", str(folder)]
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
    assert "photo" not in command("-i", folder / "car.jpg").stderr


def test_the_readers_act_on_their_stage(photo_file):
    done = command("-i", photo_file, "--reader", "tesseract", "--format", "jsonl")
    row = json.loads(done.stdout)
    assert (row["text"], row["status"]) == (PLATE_TEXT, "CHECK")  # Tesseract alone is never sure
    done = command("-i", photo_file, "--reader", "network", "--tesseract-cmd", "/nowhere")
    assert (done.stdout, done.stderr) == (f"[INFO] {PLATE_TEXT}\n", "")
    done = command("-i", photo_file, "--reader", "tesseract", "--tesseract-cmd", "/nowhere")
    assert done.returncode == 4


@pytest.mark.parametrize("border", ["-1", "0", "1"])
def test_clear_border_acts_on_what_tesseract_gets(photo_file, border):
    done = command("-i", photo_file, "--reader", "tesseract", "--clear-border", border)
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n"


def test_a_photo_is_read_from_its_path_its_bytes_and_its_pixels(photo, photo_file):
    reader = PlateReader()
    for source in (photo_file, str(photo_file), photo_file.read_bytes(), photo):
        (reading,) = reader.read(source)
        assert reading.text == PLATE_TEXT
    assert str(reading) == f"{PLATE_TEXT} {reading.confidence:.3f} {reading.status.value}"
    row = reading.to_dict()
    assert row["text"] == PLATE_TEXT
    assert set(row) < set(COLUMNS)
    assert json.loads(json.dumps(row)) == row


@pytest.mark.parametrize(
    ("text", "regions", "is_surer"),
    [
        ("MH20EE7601", ("in",), True),
        ("TEMP76", ("in",), False),
        ("MH20EE7601", (), None),
        ("9X9X9X9X9", (), False),  # fits no format of the world
    ],
)
def test_formats_move_the_confidence(text, regions, is_surer):
    reading = Reading(text, Candidate.filling(Box(0, 0, 9, 9)), 0.8)
    judged = judge(reading, regions)
    moved = judged.confidence - reading.confidence
    assert moved == pytest.approx(0) if is_surer is None else (moved > 0) == is_surer
    assert judged.status is (Status.READ if judged.confidence >= READ_FROM else Status.CHECK)
