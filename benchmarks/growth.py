"""How the cost of reading grows with a photo's size, its plates, and the number of photos.

python -m benchmarks.growth --photos DIR --counts 1000,10000

For each number of photos, the command itself reads a folder of links to the same photos; as for any
folder, it writes a row for each plate.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from anpr.photo import Photo
from anpr.pipeline import PlateReader
from anpr.types import Image
from benchmarks.command import (
    BGR,
    GRAY,
    open_photo,
    parse_counts,
    parser_for,
    photos_in,
    run_benchmark,
)
from benchmarks.timing import timed

SIZES_WH = ((640, 480), (1280, 960), (2560, 1920), (4000, 3000))
PLATE_COUNTS = (1, 2, 4, 8)
TILE_WH = (640, 480)
MAX_SAMPLE = 20  # photos: enough for a median
JPEG_QUALITY = 90  # as in most cameras
SCRIPT = Path(__file__).parents[1] / "ocr_license_plate.py"
POLL_S = 0.2  # interval at which the command's memory is read
KB_PER_MB = 1024  # Linux reports VmHWM in KB


@dataclass(frozen=True)
class CommandRun:
    """Cost of the command on one folder."""

    photos: int
    photos_a_second: float
    """The time that the command takes to start is included."""
    peak_memory_mb: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    paths = photos_in(arguments.photos)
    reader = PlateReader()
    sample = [open_photo(path, BGR).bgr for path in paths[:MAX_SAMPLE]]
    reader.read(sample[0])  # not counted: some things are loaded with the first photo
    figures: dict[str, Any] = {"by_size": [], "by_plates": [], "by_number": []}
    for row in by_size(sample, reader):
        figures["by_size"].append(row)
        print(
            "{width} x {height}: decoding {decode_ms:.1f} ms, "
            "everything else {read_ms:.1f} ms".format(**row)
        )
    for row in by_plates(sample, reader):
        figures["by_plates"].append(row)
        print("{plates} plates: {read_ms:.1f} ms".format(**row))
    for run in by_number(paths, arguments.counts):
        figures["by_number"].append(asdict(run))
        print(
            f"{run.photos:,} photos: {run.photos_a_second:.1f} per second, "
            f"peak memory {run.peak_memory_mb:.1f} MB"
        )
    return figures


def by_size(photos: Sequence[Image], reader: PlateReader) -> Iterator[dict[str, float]]:
    """Yields the median CPU time of decoding and of reading the same photos at several sizes."""
    for size_wh in SIZES_WH:
        files = [_jpeg(cv2.resize(photo, size_wh)) for photo in photos]
        costs_ms = [_cost_ms(file, reader) for file in files]
        yield {
            "width": size_wh[0],
            "height": size_wh[1],
            "decode_ms": statistics.median(decode_ms for decode_ms, _ in costs_ms),
            "read_ms": statistics.median(read_ms for _, read_ms in costs_ms),
        }


def by_plates(photos: Sequence[Image], reader: PlateReader) -> Iterator[dict[str, float]]:
    """Yields the median CPU time of reading photos composed of 1, 2, 4 and 8 others.

    Args:
        photos: BGR, one plate each.
        reader: Reads the photos.
    """
    for count in PLATE_COUNTS:
        groups = [np.roll(np.arange(len(photos)), -start)[:count] for start in range(len(photos))]
        costs_ms = [_cost_ms(_jpeg(_tiled([photos[i] for i in group])), reader) for group in groups]
        yield {"plates": count, "read_ms": statistics.median(read_ms for _, read_ms in costs_ms)}


def _tiled(photos: Sequence[Image]) -> Image:
    """Composes photos side by side; four and more in two rows."""
    tiles = [cv2.resize(photo, TILE_WH) for photo in photos]
    rows = [tiles] if len(tiles) < 4 else [tiles[::2], tiles[1::2]]
    return np.vstack([np.hstack(row) for row in rows])


def _jpeg(photo: Image) -> bytes:
    return cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def _cost_ms(file: bytes, reader: PlateReader) -> tuple[float, float]:
    """Returns the CPU time of decoding and of reading."""
    photo, open_ms = timed(lambda: Photo.from_bytes(file))
    _, decode_ms = timed(lambda: GRAY(photo))
    _, read_ms = timed(lambda: reader.read(photo))
    return open_ms + decode_ms, read_ms


def by_number(photos: Sequence[Path], numbers: Sequence[int]) -> Iterator[CommandRun]:
    """Yields the cost of the command on a folder of each number of photos."""
    for count in numbers:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(count):
                photo = photos[number % len(photos)].resolve()
                (Path(folder) / f"{number:07}{photo.suffix}").symlink_to(photo)
            yield _run_command(Path(folder), count)


def _run_command(folder: Path, count: int) -> CommandRun:
    output = folder.with_suffix(".jsonl")
    command = [sys.executable, str(SCRIPT), "--input", str(folder), "--output", str(output)]
    begin, peak_mb = time.perf_counter(), 0.0
    try:
        process = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            time.sleep(POLL_S)
        seconds = time.perf_counter() - begin
        written = _count_lines(output)
    finally:
        output.unlink(missing_ok=True)
    if process.returncode or written < count:
        raise SystemExit(f"{count} photos: exit code {process.returncode}, {written} rows")
    return CommandRun(count, count / seconds, peak_mb)


def _count_lines(path: Path) -> int:
    if not path.exists():  # the command failed before it opened its output
        return 0
    with path.open(encoding="utf-8") as lines:
        return sum(1 for _ in lines)


def _peak_mb(pid: int) -> float:
    """Returns the peak memory of a running process; 0 if it has ended.

    Not from `wait`: that includes the memory of the process that started it.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) / KB_PER_MB if peaks else 0.0


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("benchmarks.growth", __doc__)
    parser.add_argument(
        "--counts",
        type=parse_counts,
        default=[],
        metavar="N,N",
        help="numbers of photos to read with the command",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
