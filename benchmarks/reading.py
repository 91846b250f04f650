"""How well readers read, side by side, on plates whose boxes a person drew.

python -m benchmarks.reading --photos DIR --labels plates.csv --split validation
"""

import argparse
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from anpr.types import Image
from benchmarks.command import load_photo, open_available, parser_for, write_json
from benchmarks.labels import LabelledPlate, crop, load_labels, select
from benchmarks.readers import READERS, Read
from benchmarks.scoring import Answer, PlateScore, score_plate, summarise
from benchmarks.timing import timed

CONFIDENCE_BINS = 10
TURN = 10  # plates: as benchmarks.speed takes photos
PEERS = "; pip install 'anpr[peers]'"


@dataclass(frozen=True)
class ReadScore:
    """How one reader did on one plate."""

    plate: PlateScore
    confidence: float | None
    cpu_ms: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    arguments = _parser().parse_args(argv)
    try:
        labels = select(load_labels(arguments.labels), arguments.split, arguments.lines)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    cv2.setNumThreads(1)  # CPU time over several threads counts their waiting too
    readers = open_available(READERS, arguments.readers, PEERS)
    scores = score_readers(arguments.photos, labels, readers)
    figures = {name: summarise_reads(reads) for name, reads in scores.items()}
    print_figures(figures)
    if arguments.json:
        write_json(arguments.json, {"readers": figures})
    return 0


def score_readers(
    folder: Path, labels: Sequence[LabelledPlate], readers: dict[str, Read]
) -> dict[str, list[ReadScore]]:
    """Lets every reader read every labelled plate, a few plates and then the next reader.

    So noise falls on all alike, and each reads as it does by itself: the first of its few is read
    once before, since the weights of the others have pushed its own out of the cache.
    """
    scores: dict[str, list[ReadScore]] = {name: [] for name in readers}
    plates = _crops(folder, labels)
    while turn := list(islice(plates, TURN)):
        for name, read in readers.items():
            read(turn[0][1])
            scores[name] += [_score(label, plate, read) for label, plate in turn]
    return scores


def summarise_reads(reads: Sequence[ReadScore]) -> dict[str, Any]:
    """Returns a reader's figures under their plain names; fractions, not percentages."""
    figures: dict[str, Any] = summarise([read.plate for read in reads])
    del figures["recall_50"], figures["recall_70"]  # the boxes were drawn
    figures["cpu_ms_median"] = statistics.median(read.cpu_ms for read in reads)
    figures["cpu_ms_mean"] = statistics.mean(read.cpu_ms for read in reads)
    if all(read.confidence is not None for read in reads):
        figures["calibration"] = calibration(reads)
        figures["ece"] = expected_calibration_error(figures["calibration"])
    return figures


def calibration(reads: Sequence[ReadScore]) -> list[dict[str, float]]:
    """For readings of like confidence: how many there are, how sure and how right they are."""
    bins: list[list[ReadScore]] = [[] for _ in range(CONFIDENCE_BINS)]
    for read in reads:
        confidence = read.confidence or 0.0
        bins[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)].append(read)
    return [
        {
            "from": index / CONFIDENCE_BINS,
            "n": len(members),
            "confidence": statistics.mean(read.confidence or 0.0 for read in members),
            "exact": statistics.mean(read.plate.is_exact for read in members),
        }
        for index, members in enumerate(bins)
        if members
    ]


def expected_calibration_error(table: Sequence[dict[str, float]]) -> float:
    """The mean distance between confidence and accuracy, each bin weighed by its readings.

    Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    total = sum(row["n"] for row in table)
    return sum(row["n"] * abs(row["confidence"] - row["exact"]) for row in table) / total


def print_figures(figures: dict[str, dict[str, Any]]) -> None:
    """Prints the readers side by side, then how far each one's confidence can be believed."""
    print(f"{'':18} {'n':>5} {'exact':>8} {'folded':>8} {'cer':>8} {'CPU ms':>8} {'ece':>7}")
    for name, row in figures.items():
        shares = "".join(f" {100 * row[key]:6.1f} %" for key in ("exact", "folded", "cer"))
        ece = f"{row['ece']:7.3f}" if "ece" in row else "      -"
        print(f"{name:18} {row['n']:5}{shares} {row['cpu_ms_median']:8.2f} {ece}")
    for name, row in figures.items():
        for line in row.get("calibration", []):
            print(
                f"{name}: says {line['confidence']:.2f}, is right {line['exact']:.2f} "
                f"of {line['n']} times"
            )


def _crops(folder: Path, labels: Sequence[LabelledPlate]) -> Iterator[tuple[LabelledPlate, Image]]:
    for label in tqdm(labels, unit="plate", disable=None):
        yield label, crop(load_photo(folder / label.photo), label.box)


def _score(label: LabelledPlate, plate: Image, read: Read) -> ReadScore:
    (text, confidence), cpu_ms = timed(lambda: read(plate))
    return ReadScore(score_plate(label, [Answer(text, label.box)]), confidence, cpu_ms)


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("benchmarks.reading", __doc__)
    parser.add_argument(
        "--lines", type=int, choices=(1, 2), help="only plates of so many lines (default: all)"
    )
    parser.add_argument(
        "--readers", nargs="+", choices=READERS, default=list(READERS), help="(default: all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
