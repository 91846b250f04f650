"""Photos damaged at random: nothing may come of them but an image or an `AnprError`.

`tests/test_fuzz.py` tries some of them in every run of the tests. This goes on for longer:

python -m tests.fuzzing.fuzz --minutes 30 [--seed N] [--findings FOLDER]

A decoder may take the whole process with it. So the cases are tried in a child process, which
leaves the one it is at on disk: one that ends it, or keeps it for too long, is a finding, and is
kept in `tests/corpus/`, which the tests replay.
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

from anpr.errors import AnprError
from anpr.photo import decode, decode_draft, quieten_decoders
from anpr.pipeline import PlateReader
from tests.conftest import REPOSITORY

CORPUS = Path(__file__).parent / "corpus"
SIZE_WH = (96, 64)  # pixels of what is damaged: small, so that most edits hit something that counts
MOST_PIXELS = 1_000_000  # of a damaged photo: the header may claim anything, and time is short
MOST_EDITS = 6
HEADER_BYTES = 64  # where sizes, depths and offsets stand
EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF)
READ_EVERY = 10  # of the photos that can still be decoded: reading takes far longer
CHILD_S = 30.0  # after which a fresh child goes on
HANG_S = 120.0  # beyond that: a case that takes so long is a finding


@functools.cache
def seeds() -> tuple[bytes, ...]:
    """Whole photos, of each format and of its ways to say things."""
    noise = np.random.default_rng(0).integers(0, 60, (SIZE_WH[1], SIZE_WH[0], 3), np.uint8)
    noise[20:44, 16:80] += 190
    rgb = Image.fromarray(noise)
    exif = Image.Exif()
    exif[0x0112] = 6
    ways = [
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
    return tuple(_encoded(picture, name, options) for picture, name, options in ways)


def damaged(chance: random.Random) -> bytes:
    """A photo with a few edits, all of them by chance."""
    data = bytearray(chance.choice(seeds()))
    for _ in range(chance.randint(1, MOST_EDITS)):
        chance.choice(EDITS)(data, chance)
    return bytes(data)


def check(data: bytes, reader: PlateReader | None = None) -> str:
    """Decodes a photo and has it read; whatever is raised but an `AnprError` is a finding.

    Returns:
        What came of it, in a word.
    """
    try:
        image = decode(data, MOST_PIXELS)
        assert image.dtype == np.uint8
        assert image.ndim == 3
        assert image.shape[0] * image.shape[1] <= MOST_PIXELS, "the limit is that of the header"
        with mock.patch.object(images, "DRAFT_PIXELS", 1):  # small ones are drafted as well
            draft = decode_draft(data, MOST_PIXELS)
        assert draft.gray.dtype == np.uint8
        assert draft.gray.ndim == 2
        assert draft.whole.shape == image.shape[:2]
        if reader is not None:
            reader.read(data)
    except AnprError:
        return "refused"
    return "decoded"


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _set_byte(data: bytearray, chance: random.Random) -> None:
    if data:
        data[_place(data, chance)] = chance.randrange(256)


def _set_number(data: bytearray, chance: random.Random) -> None:
    """A size, an offset or a count becomes an extreme one."""
    place, width = _place(data, chance), chance.choice((2, 4))
    number = chance.choice(EXTREMES) & (256**width - 1)
    data[place : place + width] = number.to_bytes(width, chance.choice(("big", "little")))


def _truncate(data: bytearray, chance: random.Random) -> None:
    del data[_place(data, chance) :]


def _remove(data: bytearray, chance: random.Random) -> None:
    place = _place(data, chance)
    del data[place : place + chance.randint(1, 64)]


def _splice(data: bytearray, chance: random.Random) -> None:
    """A part of another photo, or of this one, comes in between."""
    other = chance.choice((bytes(data) or b"\0", *seeds()))
    begin = chance.randrange(len(other))
    part = other[begin : begin + chance.randint(1, 400)]
    place = _place(data, chance)
    data[place : place + chance.choice((0, len(part)))] = part


EDITS = (_flip, _flip, _set_byte, _set_number, _set_number, _truncate, _remove, _splice)


def _place(data: bytearray, chance: random.Random) -> int:
    """Half of all edits hit the header."""
    end = min(len(data), HEADER_BYTES) if chance.randrange(2) else len(data)
    return chance.randrange(max(1, end))


def _encoded(picture: Image.Image, name: str, options: dict[str, object]) -> bytes:
    file = io.BytesIO()
    picture.save(file, name, **options)
    return file.getvalue()


def _child(seed: int, case: Path) -> None:
    """Tries cases for a while; says how many, and how many could be decoded."""
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
    """Runs a child; returns what it printed, and what it failed of, if it did."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzzing.fuzz",
        "--child",
        str(case),
        "--seed",
        str(seed),
    ]
    try:
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=CHILD_S + HANG_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "", "took too long"
    failure = done.stderr.strip()[-2000:] or "ended without a word"
    return done.stdout, f"exit code {done.returncode}: {failure}" if done.returncode else ""


def main() -> None:
    """Tries cases for as long as it was told; exits with 1 where there were findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzzing.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=0, help="of the first child")
    parser.add_argument("--findings", type=Path, default=CORPUS)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        _child(arguments.seed, arguments.child)
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
