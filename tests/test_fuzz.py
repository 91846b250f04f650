"""Hostile input: damaged photos, arrays of odd shapes, names that mean something to somebody.

`python -m tests.fuzz --minutes 30` goes on with damaged photos for longer; see there.
"""

import csv
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.batch import read_files
from anpr.errors import OutputError
from anpr.files import find_photos
from anpr.images import MAX_PIXELS, quieten_decoders
from anpr.output.copies import AnnotatedCopies
from anpr.output.report import open_report
from anpr.output.tables import open_table
from anpr.pipeline import PlateReader
from anpr.types import FileResult, Status
from anpr.windows import HiddenWindows
from tests.conftest import PLATE_TEXT, REPOSITORY, command
from tests.fuzz import CORPUS, check, damaged, seeds

hypothesis = pytest.importorskip("hypothesis")
from hypothesis import strategies as st  # noqa: E402

SIDE = 100_000  # pixels a bomb claims to be wide and high: 30 GB, decoded
BOMB_MEMORY_MB = 50  # to refuse one: Pillow's and OpenCV's own buffers, and a margin
EXAMPLES = 2000  # 15 s


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


def test_whole_photos_of_every_kind_are_decoded():
    assert {check(data) for data in seeds()} == {"decoded"}


@hypothesis.settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
@hypothesis.given(number=st.integers(0, 2**32))
def test_a_damaged_photo_is_an_image_or_an_error_of_ours(reader, number):
    quieten_decoders()
    check(damaged(random.Random(number)), reader)


def test_what_was_found_once_stays_found():
    """In a process of its own: some of it took the process with it."""
    script = (
        "import sys; from pathlib import Path; from tests.fuzz import check; "
        "from anpr import PlateReader; from anpr.images import quieten_decoders; "
        "quieten_decoders(); "
        "[check(Path(case).read_bytes(), PlateReader()) for case in sys.argv[1:]]"
    )
    cases = sorted(map(str, CORPUS.iterdir()))
    assert cases
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *cases],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def checkerboard(size: int) -> np.ndarray:
    return np.indices((size, size)).sum(axis=0).astype(np.uint8) % 2 * 255


NOISE = np.random.default_rng(0)
ARRAYS = {
    "1 x 1": np.zeros((1, 1), np.uint8),
    "2 x 2": np.full((2, 2, 3), 255, np.uint8),
    "a row": NOISE.integers(0, 256, (1, 5000, 3), np.uint8),
    "a column": NOISE.integers(0, 256, (5000, 1, 3), np.uint8),
    "a long row": np.zeros((1, 200_000), np.uint8),
    "a tall column": np.zeros((200_000, 1), np.uint8),
    "a ribbon": NOISE.integers(0, 256, (3, 30_000, 3), np.uint8),
    "black": np.zeros((480, 640, 3), np.uint8),
    "white": np.full((480, 640, 4), 255, np.uint8),
    "noise": NOISE.integers(0, 256, (480, 640, 3), np.uint8),
    "faint noise": NOISE.integers(127, 129, (480, 640), np.uint8),
    "black and white noise": NOISE.integers(0, 2, (480, 640), np.uint8) * 255,
    "a checkerboard": checkerboard(512),
    "a coarse checkerboard": checkerboard(64).repeat(8, axis=0).repeat(8, axis=1),
    "stripes": np.tile(np.array([0, 255], np.uint8), (300, 300)),
    "every other pixel of noise": NOISE.integers(0, 256, (600, 800, 3), np.uint8)[::2, ::2],
    "upside down, read-only": np.broadcast_to(np.uint8(9), (90, 120, 3))[::-1],
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_odd_array_has_readings_or_none(reader, name):
    image = ARRAYS[name]
    before = image.copy()
    for reading in reader.read(image):
        assert re.fullmatch("[A-Z0-9]*", reading.text)
    assert np.array_equal(image, before)


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb() -> bytes:
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def tiff_bomb() -> bytes:
    tags = {256: SIDE, 257: SIDE, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: SIDE, 279: SIDE}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + entries + bytes(4)


def webp_bomb() -> bytes:
    extended = bytes(4) + struct.pack("<I", SIDE - 1)[:3] * 2
    frames = b"VP8X" + struct.pack("<I", len(extended)) + extended + seeds_webp()
    return b"RIFF" + struct.pack("<I", len(frames) + 4) + b"WEBP" + frames


def seeds_webp() -> bytes:
    """The frame of a whole WebP photo, as a chunk."""
    return next(data for data in seeds() if data[8:16] == b"WEBPVP8 ")[12:]


def bmp_bomb() -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header + bytes(100)


def jpeg_bomb() -> bytes:
    """As large as a JPEG can say it is."""
    data = bytearray(seeds()[0])
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


BOMBS = {
    "png": png_bomb,
    "tif": tiff_bomb,
    "webp": webp_bomb,
    "bmp": bmp_bomb,
    "jpg": jpeg_bomb,
}


@pytest.mark.parametrize("ending", BOMBS)
def test_a_bomb_is_refused_before_it_takes_up_memory(tmp_path, ending):
    bomb = tmp_path / f"bomb.{ending}"
    bomb.write_bytes(BOMBS[ending]())
    script = (
        "import resource, sys; from pathlib import Path; from anpr.errors import PhotoError; "
        "from anpr.images import load, quieten_decoders; quieten_decoders()\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "before = most()\n"
        "try: load(Path(sys.argv[1]))\n"
        "except PhotoError as error: print(most() - before, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, bomb],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    megabytes, reason = done.stdout.split(maxsplit=1)
    assert int(megabytes) < BOMB_MEMORY_MB, reason
    assert f"the limit is {MAX_PIXELS:,}" in reason or "cannot decode" in reason


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
    """As a shell expands `*`; an argparse that is told `--` takes what follows as files."""
    done = command("--input", "./-rf.jpg", "./--output.jpg", cwd=oddly_named)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n" * 2)


def test_a_photo_that_is_deleted_after_it_was_listed(photo_file):
    (photo_file.parent / "deleted.jpg").write_bytes(photo_file.read_bytes())
    photos = list(find_photos([photo_file.parent], lambda *_: None))
    (photo_file.parent / "deleted.jpg").unlink()
    reader = PlateReader(second_reader=None)
    good, bad = read_files(photos, reader, HiddenWindows(), MAX_PIXELS)
    assert (good.path, good.status) == (photo_file, good.status)
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
    """What is read from disk is only ever parsed."""
    forbidden = r"\bpickle\b|\bshelve\b|\bmarshal\b|allow_pickle|shell=True|os\.system|os\.popen"
    forbidden += r"|\beval\(|\bexec\(|yaml\.load"
    for file in sorted((REPOSITORY / "anpr").rglob("*.py")):
        found = re.search(forbidden, file.read_text(encoding="utf-8"))
        assert found is None, f"{file}: {found and found.group()}"
