"""Compares recognizers on plates whose boxes a person drew.

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

from tqdm import tqdm

from anpr._version import install_hint
from anpr.types import Image
from benchmarks.command import BGR, labelled_parser_for, open_available, open_photo, run_benchmark
from benchmarks.labels import LabelledPlate, crop, load_labels, select
from benchmarks.readers import READERS, ReadCrop
from benchmarks.scoring import Answer, PlateScore, score_plate, summarise
from benchmarks.timing import timed

CONFIDENCE_BINS = 10
PLATES_PER_TURN = 10  # as many as benchmarks.speed reads photos


@dataclass(frozen=True)
class CropScore:
    """Result of one reader on one crop."""

    plate: PlateScore
    confidence: float | None
    """0 to 1; `None` if the reader reports none."""
    cpu_ms: float


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    labels = select(load_labels(arguments.labels), arguments.split, arguments.lines)
    readers = open_available(READERS, arguments.readers, f"; {install_hint('peers')}")
    scores = score_readers(arguments.photos, labels, readers)
    figures = {name: summarise_crops(crops) for name, crops in scores.items()}
    print_figures(figures)
    return {"readers": figures}


def score_readers(
    folder: Path, labels: Sequence[LabelledPlate], readers: dict[str, ReadCrop]
) -> dict[str, list[CropScore]]:
    """Reads every labelled plate with every reader.

    The readers take turns of a few plates, so that a slow phase of the machine affects all of
    them. Each turn begins with a reading that is not measured: the other readers have evicted the
    weights of this one from the CPU's caches, which would not happen to a reader on its own.
    """
    scores: dict[str, list[CropScore]] = {name: [] for name in readers}
    crops = _crops(folder, labels)
    while turn := list(islice(crops, PLATES_PER_TURN)):
        for name, read in readers.items():
            read(turn[0][1])
            scores[name] += [_score(label, plate, read) for label, plate in turn]
    return scores


def summarise_crops(crops: Sequence[CropScore]) -> dict[str, Any]:
    """Returns the figures of a reader by name; shares are fractions, not percentages."""
    figures: dict[str, Any] = summarise([score.plate for score in crops])
    del figures["recall_50"], figures["recall_70"]  # the boxes are the labelled ones
    figures["cpu_ms_median"] = statistics.median(score.cpu_ms for score in crops)
    figures["cpu_ms_mean"] = statistics.mean(score.cpu_ms for score in crops)
    if all(score.confidence is not None for score in crops):
        figures["calibration"] = calibration(crops)
        figures["ece"] = expected_calibration_error(figures["calibration"])
    return figures


def calibration(crops: Sequence[CropScore]) -> list[dict[str, float]]:
    """Compares confidence with accuracy, for readings of similar confidence.

    Returns:
        A row for each bin that is not empty: its lower edge (`from`), its number of readings
        (`n`), their mean `confidence`, and the share that is `exact`.
    """
    bins: list[list[CropScore]] = [[] for _ in range(CONFIDENCE_BINS)]
    for score in crops:
        confidence = score.confidence or 0.0
        bins[min(int(confidence * CONFIDENCE_BINS), CONFIDENCE_BINS - 1)].append(score)
    return [
        {
            "from": index / CONFIDENCE_BINS,
            "n": len(members),
            "confidence": statistics.mean(score.confidence or 0.0 for score in members),
            "exact": statistics.mean(score.plate.is_exact for score in members),
        }
        for index, members in enumerate(bins)
        if members
    ]


def expected_calibration_error(table: Sequence[dict[str, float]]) -> float:
    """Returns the mean distance between confidence and accuracy, bins weighted by their readings.

    Source: C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3.
    """
    total = sum(row["n"] for row in table)
    return sum(row["n"] * abs(row["confidence"] - row["exact"]) for row in table) / total


def print_figures(figures: dict[str, dict[str, Any]]) -> None:
    """Prints a table with a row per reader, then the calibration of each."""
    print(f"{'':18} {'n':>5} {'exact':>8} {'folded':>8} {'cer':>8} {'CPU ms':>8} {'ece':>7}")
    for name, row in figures.items():
        shares = "".join(f" {100 * row[key]:6.1f} %" for key in ("exact", "folded", "cer"))
        ece = f"{row['ece']:7.3f}" if "ece" in row else "      -"
        print(f"{name:18} {row['n']:5}{shares} {row['cpu_ms_median']:8.2f} {ece}")
    for name, row in figures.items():
        for line in row.get("calibration", []):
            print(
                f"{name}: {line['n']} plates with a mean confidence of {line['confidence']:.2f}: "
                f"{line['exact']:.2f} of them exact"
            )


def _crops(folder: Path, labels: Sequence[LabelledPlate]) -> Iterator[tuple[LabelledPlate, Image]]:
    for label in tqdm(labels, unit="plate", disable=None):
        yield label, crop(open_photo(folder / label.photo, BGR).bgr, label.box)


def _score(label: LabelledPlate, plate: Image, read: ReadCrop) -> CropScore:
    (text, confidence), cpu_ms = timed(lambda: read(plate))
    return CropScore(score_plate(label, [Answer(text, label.box)]), confidence, cpu_ms)


def _parser() -> argparse.ArgumentParser:
    parser = labelled_parser_for("benchmarks.reading", __doc__)
    parser.add_argument(
        "--lines", type=int, choices=(1, 2), help="only plates of this many lines (default: all)"
    )
    parser.add_argument(
        "--readers", nargs="+", choices=READERS, default=list(READERS), help="(default: all)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
