"""Hostile input: damaged photos, arrays of odd shapes, photos that claim to be huge.

`python -m tests.fuzzing.fuzz --minutes 30` goes on with damaged photos for longer, and
`python -m tests.fuzzing.damaged_folder --files 10000` with folders of them.
"""

import random
import re
import struct
import subprocess
import sys
import zlib
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from anpr import photo as photo_module
from anpr.photo import Photo, quieten_decoders
from anpr.pipeline import PlateReader
from anpr.pixels import MAX_PIXELS, to_gray
from tests.builders import REPOSITORY
from tests.conftest import run_python
from tests.fakes import fake_tesseract
from tests.fuzzing import fuzz
from tests.fuzzing.damaged_folder import read_damaged_folder
from tests.fuzzing.fuzz import CORPUS, check, damaged, seeds

SIDE = 100_000  # px: the width and height that a bomb claims; 30 GB if it were decoded
BOMB_MEMORY_MB = 50  # maximum to refuse one: Pillow's and OpenCV's own buffers, and a margin
FEW, MANY = 100, 2000  # damaged photos: 1 s and 16 s
HUNDRED_SEEDS = range(100)


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


def test_undamaged_photos_of_every_kind_are_decoded():
    assert [check(data) for data in seeds()] == ["decoded"] * len(seeds())


@pytest.mark.parametrize("number", range(len(seeds())))
def test_the_gray_of_a_photo_is_that_of_its_colours(number):
    photo = Photo.from_bytes(seeds()[number])
    expected = to_gray(photo.bgr)
    assert photo.gray.shape == expected.shape
    assert np.abs(photo.gray.astype(int) - expected).max() <= 3, "rounding, and no more"


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_damaged_photo_is_decoded_or_refused(reader, count):
    quieten_decoders()
    for number in range(count):
        data = damaged(random.Random(number))
        try:
            assert check(data, reader) in ("decoded", "refused")
        except Exception as error:
            pytest.fail(f"case {number}: {error!r}")


def test_the_damage_is_neither_too_small_nor_too_large():
    """Else the cases would all be decoded, or all be refused by their headers."""
    quieten_decoders()
    outcomes = Counter(check(damaged(random.Random(number))) for number in HUNDRED_SEEDS)
    assert outcomes["decoded"] > 10 and outcomes["refused"] > 10
    originals = [damaged(random.Random(number)) in seeds() for number in HUNDRED_SEEDS]
    assert sum(originals) < 10


def test_an_error_of_any_other_kind_is_a_finding(monkeypatch):
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(photo_module, "_decode_with_opencv", fail)
    with pytest.raises(ZeroDivisionError):
        check(seeds()[0])


def test_findings_are_kept_and_counted(monkeypatch, tmp_path, capsys):
    """The first child crashes, the second one comes to its end."""
    outcomes = iter([("", "exit code -11: ended without a message"), ("7 3", "")])
    clock = iter([0.0, 0.0, 0.0, 61.0])

    def run_child(seed, case):
        case.write_bytes(b"a case")
        return next(outcomes)

    monkeypatch.setattr(fuzz, "_run_child", run_child)
    monkeypatch.setattr(fuzz, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert fuzz._try_for(1, 5, tmp_path / "findings") == 1
    (kept,) = (tmp_path / "findings").iterdir()
    assert kept.read_bytes() == b"a case"
    assert capsys.readouterr().out.splitlines() == [
        f"seed 5: {kept}: exit code -11: ended without a message",
        "seed 5: 0 cases, 0 decoded, 1 findings",
        "seed 6: 7 cases, 3 decoded, 1 findings",
    ]


def test_a_child_tries_cases_and_keeps_the_current_one_on_disk(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(fuzz, "CHILD_S", 0.3)
    fuzz._run_cases(3, tmp_path / "case")
    count, decoded = map(int, capsys.readouterr().out.split())
    assert 0 < decoded < count
    assert (tmp_path / "case").is_file()


def test_a_child_that_dies_is_a_failure(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", fake_tesseract("failure"))
    assert fuzz._run_child(0, tmp_path / "case") == ("", "exit code 1: broken")


def test_the_fuzzer_is_a_command():
    done = run_python("-m", "tests.fuzzing.fuzz", "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: python -m tests.fuzzing.fuzz")


def test_past_findings_stay_fixed():
    """In a process of its own: some of them crashed it."""
    script = (
        "import sys; from pathlib import Path; from tests.fuzzing.fuzz import check; "
        "from anpr import PlateReader; from anpr.photo import quieten_decoders; "
        "quieten_decoders(); "
        "print(*(check(Path(case).read_bytes(), PlateReader()) for case in sys.argv[1:]))"
    )
    cases = sorted(map(str, CORPUS.iterdir()))
    assert cases
    done = run_python("-W", "error", "-c", script, *cases)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == len(cases)


@pytest.mark.parametrize("count", [30, pytest.param(150, marks=pytest.mark.slow)])
def test_a_folder_of_damaged_photos_has_a_record_each(tmp_path, count):
    statuses = read_damaged_folder(tmp_path, count, seed=1)
    assert sum(statuses.values()) == count
    assert statuses["FAILED"] > count / 3, "most damage is noticed"


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
    """The largest size that a JPEG's header can state."""
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
        "from anpr.photo import Photo, quieten_decoders; quieten_decoders()\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "before = peak()\n"
        "try: Photo.open(Path(sys.argv[1])).bgr\n"
        "except PhotoError as error: print(peak() - before, error)"
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
    assert f"the limit is {MAX_PIXELS:,}" in reason or reason.startswith("cannot decode")
