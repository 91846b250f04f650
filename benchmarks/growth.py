"""How the cost of reading grows: with a photo's size, with its plates, with the number of photos.

python -m benchmarks.growth --photos DIR --counts 1000,10000

The number of photos is that of the real command, run on links to the same photos over and over; it
writes a record each, as for a real folder.
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

from anpr.pipeline import PlateReader
from anpr.types import Image
from benchmarks.command import counts, load_photo, photos_in, write_json
from benchmarks.timing import timed

SIZES_WH = ((640, 480), (1280, 960), (2560, 1920), (4000, 3000))
PLATE_COUNTS = (1, 2, 4, 8)
TILE_WH = (640, 480)
SAMPLE = 20  # photos: enough for a median
JPEG_QUALITY = 90  # as cameras save
SCRIPT = Path(__file__).parents[1] / "ocr_license_plate.py"
POLL_S = 0.2  # between looks at the command's memory
KB_PER_MB = 1024  # of VmHWM, which Linux gives in KB


@dataclass(frozen=True)
class Run:
    """What the command took for a folder."""

    photos: int
    photos_a_second: float
    """Its start included."""
    peak_memory_mb: float


def by_size(photos: Sequence[Image], reader: PlateReader) -> Iterator[dict[str, float]]:
    """Median CPU of the same photos at several sizes, decoding and all else."""
    for size_wh in SIZES_WH:
        files = [_jpeg(cv2.resize(photo, size_wh)) for photo in photos]
        costs = [_cost(file, reader) for file in files]
        yield {
            "width": size_wh[0],
            "height": size_wh[1],
            "decode_ms": statistics.median(decode_ms for decode_ms, _ in costs),
            "read_ms": statistics.median(read_ms for _, read_ms in costs),
        }


def by_plates(photos: Sequence[Image], reader: PlateReader) -> Iterator[dict[str, float]]:
    """Median CPU of photos put together of 1, 2, 4 and 8 others, each with a plate."""
    for count in PLATE_COUNTS:
        groups = [np.roll(np.arange(len(photos)), -start)[:count] for start in range(len(photos))]
        costs = [_cost(_jpeg(_tiled([photos[i] for i in group])), reader) for group in groups]
        yield {"plates": count, "read_ms": statistics.median(read_ms for _, read_ms in costs)}


def _tiled(photos: Sequence[Image]) -> Image:
    """Photos beside each other, two rows from four on."""
    tiles = [cv2.resize(photo, TILE_WH) for photo in photos]
    rows = [tiles] if len(tiles) < 4 else [tiles[::2], tiles[1::2]]
    return np.vstack([np.hstack(row) for row in rows])


def _jpeg(photo: Image) -> bytes:
    return cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def _cost(file: bytes, reader: PlateReader) -> tuple[float, float]:
    """CPU ms of decoding and of reading."""
    photo, decode_ms = timed(lambda: images.decode_draft(file))
    _, read_ms = timed(lambda: reader.read(photo))
    return decode_ms, read_ms


def by_number(photos: Sequence[Path], numbers: Sequence[int]) -> Iterator[Run]:
    """What the command takes for folders of so many photos."""
    for count in numbers:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(count):
                photo = photos[number % len(photos)].resolve()
                (Path(folder) / f"{number:07}{photo.suffix}").symlink_to(photo)
            yield _run(Path(folder), count)


def _run(folder: Path, count: int) -> Run:
    output = folder.with_suffix(".jsonl")
    command = [sys.executable, str(SCRIPT), "--input", str(folder), "--output", str(output)]
    begin, peak_mb = time.perf_counter(), 0.0
    try:
        process = subprocess.Popen([*command, "--workers", "1"], stdout=subprocess.DEVNULL)
        while process.poll() is None:
            peak_mb = max(peak_mb, _peak_mb(process.pid))
            time.sleep(POLL_S)
        seconds = time.perf_counter() - begin
        with output.open(encoding="utf-8") as lines:
            written = sum(1 for _ in lines)
    finally:
        output.unlink(missing_ok=True)
    if process.returncode or written < count:
        raise SystemExit(f"{count} photos: exit code {process.returncode}, {written} records")
    return Run(count, count / seconds, peak_mb)


def _peak_mb(pid: int) -> float:
    """A running process's peak memory; what `wait` tells of it counts the one that started it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(peaks[0]) / KB_PER_MB if peaks else 0.0


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    arguments = _parser().parse_args(argv)
    paths = photos_in(arguments.photos)
    if not paths:
        return 2
    cv2.setNumThreads(1)
    reader = PlateReader()
    sample = [load_photo(path) for path in paths[:SAMPLE]]
    reader.read(sample[0])  # what is loaded once is not a photo's cost
    figures: dict[str, Any] = {"by_size": [], "by_plates": [], "by_number": []}
    for row in by_size(sample, reader):
        figures["by_size"].append(row)
        print(
            "{width} x {height}: decoding {decode_ms:.1f} ms, all else {read_ms:.1f}".format(**row)
        )
    for row in by_plates(sample, reader):
        figures["by_plates"].append(row)
        print("{plates} plates: {read_ms:.1f} ms".format(**row))
    for run in by_number(paths, arguments.counts):
        figures["by_number"].append(asdict(run))
        print(
            f"{run.photos:,} photos: {run.photos_a_second:.1f} a second, "
            f"at most {run.peak_memory_mb:.1f} MB"
        )
    if arguments.json:
        write_json(arguments.json, figures)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--counts",
        type=counts,
        default=[],
        metavar="N,N",
        help="numbers of photos to read with the command",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
