"""Files that are hostile by their names, or go while they are read or written."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import cv2
import pytest

from anpr.batch.serial import read_files
from anpr.debug import HiddenWindows
from anpr.errors import OutputError
from anpr.output.copies.copies import AnnotatedCopies
from anpr.output.report.report import open_report
from anpr.output.tables.open import open_table
from anpr.pipeline import PlateReader
from anpr.pixels import MAX_PIXELS
from anpr.sources.folders import find_photos
from anpr.types import FileResult, Status
from tests.conftest import PLATE_TEXT, REPOSITORY, command

NAMES = [
    b"-rf.jpg",
    b"--output.jpg",
    b"a\nb\r\nc.jpg",
    b"tab\tand\x1b[31mred\x07.jpg",
    b"no utf-8 \xff\xfe.jpg",
    b"$(touch gone) `touch gone` ; touch gone & .jpg",
    b"'single' \"double\" \\.jpg",
    b"=cmd|' calc'!A0.jpg",
    b"+1,2;3.jpg",
    b"@SUM(A1).jpg",
    "\u0645\u0631\u062d\u0628\u0627\u202egpj.exe.jpg".encode(),  # right to left
    "\U0001f469\u200d\U0001f467 \ufdfd.jpg".encode(),
    b"<script>alert(1)</script>.jpg".replace(b"/", b"\\"),
    b"%s %n {0} {path}.jpg",
    b"x" * 251 + b".jpg",
    b" .jpg",
    b"CON.jpg",
]


@pytest.fixture(scope="module")
def oddly_named(tmp_path_factory, photo) -> Path:
    """A folder of one photo under many names."""
    folder = tmp_path_factory.mktemp("oddly named")
    data = cv2.imencode(".jpg", photo)[1].tobytes()
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_bytes(data)
    return folder


def test_any_name_goes_through_the_command_and_comes_back_from_tables(oddly_named, tmp_path):
    tables = {kind: tmp_path / f"plates.{kind}" for kind in ("csv", "jsonl")}
    made = [
        *("--annotate", tmp_path / "copies", "--crops", tmp_path / "crops"),
        *("--report", tmp_path / "plates.html"),
    ]
    for kind, extra in (("csv", made), ("jsonl", [])):
        options = ("--reader", "network", "--workers", 1, "--output", tables[kind], *extra)
        done = command("--input", ".", *options, cwd=oddly_named, errors="surrogateescape")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"[INFO] {PLATE_TEXT}\n" * len(NAMES)
    with tables["csv"].open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        from_csv = [os.fsencode(row["path"]) for row in csv.DictReader(file)]
    from_jsonl = [
        os.fsencode(json.loads(line)["path"]) for line in tables["jsonl"].read_text().splitlines()
    ]
    assert sorted(from_csv) == sorted(from_jsonl) == sorted(NAMES)
    assert len(list((tmp_path / "copies").iterdir())) == len(NAMES)
    assert {path.name for path in oddly_named.iterdir()} == {os.fsdecode(name) for name in NAMES}
    assert "<script>alert(1)" not in (tmp_path / "plates.html").read_text(encoding="utf-8")


def test_an_option_cannot_be_smuggled_in_as_a_file(oddly_named):
    """As a shell expands `./*`."""
    done = command("--input", "./-rf.jpg", "./--output.jpg", cwd=oddly_named)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n" * 2)


def test_a_photo_that_is_deleted_after_it_was_listed(photo_file):
    (photo_file.parent / "deleted.jpg").write_bytes(photo_file.read_bytes())
    photos = list(find_photos([photo_file.parent], lambda *_: None))
    (photo_file.parent / "deleted.jpg").unlink()
    reader = PlateReader(second_reader=None)
    good, bad = read_files(photos, reader, HiddenWindows(), MAX_PIXELS)
    assert (good.path, good.reason) == (photo_file, "")
    assert (bad.status, bad.reason) == (Status.FAILED, "no such file or folder")


@pytest.mark.parametrize("name", ["plates.csv", "plates.jsonl", "plates.parquet", "plates.html"])
def test_a_folder_that_vanishes_with_what_is_written_is_an_error(photo_file, tmp_path, name):
    """A file that has no name any more takes what is written, and nobody ever sees it."""
    path = tmp_path / "gone" / name
    writer = open_report(path) if path.suffix == ".html" else open_table(path)
    writer.write(FileResult(photo_file, Status.NO_PLATE))
    shutil.rmtree(path.parent)
    with pytest.raises(OutputError, match=re.escape(str(path))):
        writer.close()


def test_a_folder_for_copies_that_vanishes_is_made_again(photo_file, tmp_path, photo):
    copies = AnnotatedCopies(tmp_path / "copies", (photo_file.parent,))
    shutil.rmtree(tmp_path / "copies")
    result = copies(FileResult(photo_file, Status.NO_PLATE), photo)
    assert result.unwritten == ""
    assert (tmp_path / "copies" / "car.jpg").is_file()
    shutil.rmtree(tmp_path / "copies")
    (tmp_path / "copies").write_text("a file now")
    assert "copies" in copies(FileResult(photo_file, Status.NO_PLATE), photo).unwritten


def test_nothing_is_unpickled_and_no_shell_is_asked():
    """What is read from disk is only ever parsed.

    The cluster's modules pickle what goes between our own processes, as Ray itself does.
    """
    forbidden = r"\bpickle\b|\bshelve\b|\bmarshal\b|allow_pickle|shell=True|os\.system|os\.popen"
    forbidden += r"|\beval\(|\bexec\(|yaml\.load"
    cluster = REPOSITORY / "anpr" / "cluster"
    files = set((REPOSITORY / "anpr").rglob("*.py")) - set(cluster.glob("*.py"))
    for file in sorted(files):
        found = re.search(forbidden, file.read_text(encoding="utf-8"))
        assert found is None, f"{file}: {found and found.group()}"
