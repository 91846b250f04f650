"""Files with hostile names, and folders that vanish while they are written to."""

import csv
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from anpr._version import install_hint
from anpr.errors import OutputError
from anpr.output.copies.copies import annotated_copies
from anpr.output.report.report import Report
from anpr.output.tables.open import open_table
from anpr.photo import Photo
from tests.builders import PLATE_TEXT, REPOSITORY, result, write_photo
from tests.conftest import command

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
    for name in NAMES:
        write_photo(folder / os.fsdecode(name), photo)
    return folder


@pytest.mark.slow
def test_any_name_goes_through_the_command_and_comes_back_from_tables(oddly_named, tmp_path):
    tables = {kind: tmp_path / f"plates.{kind}" for kind in ("csv", "jsonl")}
    outputs = [
        *("--annotate", tmp_path / "copies", "--crops", tmp_path / "crops"),
        *("--report", tmp_path / "plates.html"),
    ]
    for kind, more in (("csv", outputs), ("jsonl", [])):
        options = ("--reader", "network", "--workers", 1, "--output", tables[kind], *more)
        done = command(".", *options, cwd=oddly_named, errors="surrogateescape")
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


def test_a_file_named_like_an_option_is_a_file(oddly_named):
    """As a shell expands `./*`."""
    done = command("./-rf.jpg", "./--output.jpg", cwd=oddly_named)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n" * 2)


@pytest.mark.parametrize("name", ["plates.csv", "plates.jsonl", "plates.parquet", "plates.html"])
def test_a_table_or_report_whose_folder_vanishes_is_an_error(tmp_path, name):
    """A file that is deleted while it is open can still be written to, but nobody can read it."""
    path = tmp_path / "gone" / name
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow", reason=f"pyarrow is missing; {install_hint('parquet')}")
    writer = Report(path) if path.suffix == ".html" else open_table(path)
    writer.write(result("car.jpg"))
    shutil.rmtree(path.parent)
    with pytest.raises(OutputError, match=re.escape(str(path))):
        writer.close()


def test_a_folder_for_copies_that_vanishes_is_made_again(photo_file, tmp_path):
    folder = tmp_path / "copies"
    make_copy = annotated_copies(folder, (photo_file.parent,))
    photo = Photo.open(photo_file)
    shutil.rmtree(folder)
    assert make_copy(result(photo_file), photo).unwritten == ""
    assert (folder / "car.jpg").is_file()
    shutil.rmtree(folder)
    folder.write_text("a file now")
    assert "copies" in make_copy(result(photo_file), photo).unwritten


def test_nothing_is_unpickled_and_no_shell_is_run():
    """Files are only ever parsed.

    The cluster's modules pickle what goes between our own processes, as Ray itself does.
    """
    forbidden = r"\bpickle\b|\bshelve\b|\bmarshal\b|allow_pickle|shell=True|os\.system|os\.popen"
    forbidden += r"|\beval\(|\bexec\(|yaml\.load"
    package = REPOSITORY / "anpr"
    exempt = {package / "batch" / name for name in ("cluster.py", "cluster_actor.py")}
    files = set(package.rglob("*.py"))
    assert exempt < files
    for file in sorted(files - exempt):
        found = re.search(forbidden, file.read_text(encoding="utf-8"))
        assert found is None, f"{file}: {found and found.group()}"
