"""Photos damaged at random: each is decoded, or refused with an `AnprError`.

`tests/fuzzing/test_fuzz.py` tries some of them in every run of the tests. This goes on for longer:

python -m tests.fuzzing.fuzz --minutes 30 [--seed N] [--findings FOLDER]

A decoder may crash the whole process. So the cases run in a child process, which keeps the current
one on disk: a case that ends the child, or takes too long, is a finding. It is copied to
`tests/fuzzing/corpus/`, which the tests replay.
"""

import argparse
import functools
import hashlib
import io
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from unittest import mock

import numpy as np
from PIL import Image

from anpr import photo as photo_module
from anpr.errors import AnprError
from anpr.photo import Photo, quieten_decoders
from anpr.pipeline import PlateReader
from tests.builders import REPOSITORY

CORPUS = Path(__file__).parent / "corpus"
SIZE_WH = (96, 64)  # px, of the photos to damage: small, so that most edits hit something relevant
MAX_PIXELS = 1_000_000  # of a damaged photo: its header may claim any size, and time is short
MAX_EDITS = 6  # in one photo
HEADER_BYTES = 64  # where sizes, depths and offsets are
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF)
READ_EVERY = 10  # decoded photos: reading one takes far longer than decoding it
CHILD_S = 30.0  # run time of one child; then a fresh one goes on
HANG_S = 120.0  # beyond that; a case that takes so long is a finding


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Returns undamaged photos, in each format and most of its variants."""
    noise = np.random.default_rng(0).integers(0, 60, (SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
    noise[20:44, 16:80] += 190
    rgb = Image.fromarray(noise)
    exif = Image.Exif()
    exif[0x0112] = 6
    variants = [
        (rgb, "JPEG", {"quality": 80}),
        (rgb, "JPEG", {"progressive": True, "exif": exif}),
        (rgb.convert("CMYK"), "JPEG", {}),
        (rgb.convert("L"), "JPEG", {}),
        (rgb, "PNG", {"exif": exif}),
        (rgb.convert("P"), "PNG", {}),
        (rgb.convert("LA"), "PNG", {}),
        (rgb.convert("I;16"), "PNG", {}),
        (rgb.convert("1"), "PNG", {}),
        (rgb, "TIFF", {}),
        *((rgb, "TIFF", {"compression": kind}) for kind in ("tiff_lzw", "tiff_deflate", "jpeg")),
        (rgb.convert("1"), "TIFF", {"compression": "group4"}),
        (rgb.convert("F"), "TIFF", {}),
        (rgb, "WEBP", {}),
        (rgb.convert("RGBA"), "WEBP", {"lossless": True, "exif": exif}),
        (rgb, "WEBP", {"save_all": True, "append_images": [rgb]}),
        (rgb, "BMP", {}),
        (rgb.convert("P"), "BMP", {}),
        (rgb.convert("P"), "GIF", {}),
        (rgb, "GIF", {"save_all": True, "append_images": [rgb.convert("L")]}),
    ]
    return tuple(_saved(picture, name, options) for picture, name, options in variants)


def damaged(chance: random.Random) -> bytes:
    """Returns a photo with a few random edits."""
    data = bytearray(chance.choice(seeds()))
    for _ in range(chance.randint(1, MAX_EDITS)):
        chance.choice(EDITS)(data, chance)
    return bytes(data)


def check(data: bytes, reader: PlateReader | None = None) -> str:
    """Decodes a photo in all ways and has it read; any other error than `AnprError` is a finding.

    Returns:
        "decoded" or "refused".
    """
    try:
        photo = Photo.from_bytes(data, MAX_PIXELS)
        image, gray = photo.bgr, photo.gray
        assert image.dtype == gray.dtype == np.uint8
        assert image.shape == (*gray.shape, 3)
        assert gray.size <= MAX_PIXELS, "the header's limit holds for the pixels"
        with mock.patch.object(photo_module, "MIN_REDUCED_PIXELS", 1):  # reduces small ones as well
            reduced = Photo.from_bytes(data, MAX_PIXELS)
        assert reduced.gray.shape == tuple(-(-side // reduced.factor) for side in gray.shape)
        assert np.array_equal(reduced.whole, gray)
        if reader is not None:
            reader.read(data)
    except AnprError:
        return "refused"
    return "decoded"


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_position(data, chance)] ^= 1 << chance.randrange(8)


def _set_byte(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_position(data, chance)] = chance.randrange(256)


def _set_number(data: bytearray, chance: random.Random) -> None:
    """Sets a size, an offset or a count to an extreme value."""
    begin, width = _position(data, chance), chance.choice((2, 4))
    number = chance.choice(EXTREMES) & (256**width - 1)
    data[begin : begin + width] = number.to_bytes(width, chance.choice(("big", "little")))


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[_position(data, chance) :]


def _remove(data: bytearray, chance: random.Random) -> None:
    begin = _position(data, chance)
    del data[begin : begin + chance.randint(1, 64)]


def _splice(data: bytearray, chance: random.Random) -> None:
    """Inserts a stretch of this or another photo, or overwrites as many bytes with it."""
    other = chance.choice((bytes(data) or b"\0", *seeds()))
    begin = chance.randrange(len(other))
    stretch = other[begin : begin + chance.randint(1, 400)]
    target = _position(data, chance)
    data[target : target + chance.choice((0, len(stretch)))] = stretch


EDITS = (_flip, _flip, _set_byte, _set_number, _set_number, _truncate, _remove, _splice)


def _position(data: bytearray, chance: random.Random) -> int:
    """Returns a random position, half of the time one in the header."""
    end = min(len(data), HEADER_BYTES) if chance.randrange(2) else len(data)
    return chance.randrange(max(1, end))


def _saved(picture: Image.Image, name: str, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def _run_cases(seed: int, case: Path) -> None:
    """Tries cases for `CHILD_S`; prints their number, and how many could be decoded."""
    quieten_decoders()
    chance, reader = random.Random(seed), PlateReader()
    end, count, decoded = time.monotonic() + CHILD_S, 0, 0
    while time.monotonic() < end:
        data = damaged(chance)
        case.write_bytes(data)
        is_read = decoded % READ_EVERY == 0
        decoded += check(data, reader if is_read else None) == "decoded"
        count += 1
    print(count, decoded)


def _run_child(seed: int, case: Path) -> tuple[str, str]:
    """Runs a child; returns what it printed, and how it failed (empty if it did not)."""
    child = ["-m", "tests.fuzzing.fuzz", "--child", str(case), "--seed", str(seed)]
    try:
        done = subprocess.run(
            [sys.executable, *child],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=CHILD_S + HANG_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", "took too long"
    failure = done.stderr.strip()[-2000:] or "ended without a message"
    return done.stdout, f"exit code {done.returncode}: {failure}" if done.returncode else ""


def main() -> None:
    """Tries cases for the time given; exits with 1 if there were findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0, help="of the first child")
    parser.add_argument("--findings", type=Path, default=CORPUS)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        _run_cases(arguments.seed, arguments.child)
        return
    sys.exit(_try_for(arguments.minutes, arguments.seed, arguments.findings))


def _try_for(minutes: float, seed: int, findings: Path) -> int:
    end, count, decoded, found = time.monotonic() + 60 * minutes, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        case = Path(folder) / "case"
        while time.monotonic() < end:
            printed, failure = _run_child(seed, case)
            if failure:
                found += 1
                digest = hashlib.sha256(case.read_bytes()).hexdigest()[:12]
                findings.mkdir(parents=True, exist_ok=True)
                shutil.copy(case, findings / digest)
                print(f"seed {seed}: {findings / digest}: {failure}", flush=True)
            else:
                count, decoded = (
                    total + int(more)
                    for total, more in zip((count, decoded), printed.split(), strict=True)
                )
            print(f"seed {seed}: {count} cases, {decoded} decoded, {found} findings", flush=True)
            seed += 1
    return min(found, 1)


if __name__ == "__main__":
    main()
