"""End-to-end accuracy on labelled photos: the share of plates that are read correctly.

python -m benchmarks.accuracy --photos DIR --labels plates.csv --split validation

measures the default pipeline; `--pipeline` names others, which are measured one after the other.
"""

import argparse
import csv
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from anpr._version import install_hint
from anpr.batch.serial import PhotoReader
from benchmarks.command import (
    Decode,
    labelled_parser_for,
    open_available,
    open_photo,
    run_benchmark,
)
from benchmarks.labels import InputError, LabelledPlate, by_photo, load_labels, select
from benchmarks.scoring import (
    Answer,
    PlateScore,
    count_false_plates,
    normalise,
    score_plate,
    summarise,
)
from benchmarks.systems import OURS, SYSTEMS, Settings, add_peer_weights
from benchmarks.timing import timed

CSV_COLUMNS = (
    "photo",
    "truth",
    "answer",
    "exact",
    "folded",
    "edits",
    "iou",
    "xmin",
    "ymin",
    "xmax",
    "ymax",
)


@dataclass(frozen=True)
class PhotoScore:
    """Scores and costs of one labelled photo."""

    plates: tuple[PlateScore, ...]
    false_plates: int
    """See `count_false_plates`."""
    decode_cpu_ms: float
    cpu_ms: float
    """Everything except decoding, child processes included."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    labels = load_labels(arguments.labels)
    scored = select(labels, arguments.split)
    settings = Settings(tuple(arguments.region), arguments.peer_weights)
    openers = {name: partial(system.open, settings) for name, system in SYSTEMS.items()}
    readers = open_available(openers, arguments.pipeline, f"; {install_hint('peers')}")
    if not readers:
        raise InputError("no pipeline to measure")
    figures: dict[str, dict[str, float]] = {}
    for name, reader in readers.items():
        decode = SYSTEMS[name].decode
        scores = list(score_photos(arguments.photos, labels, scored, reader, decode))
        figures[name] = summarise_photos(scores)
        print_figures(name, figures[name])
        if arguments.csv:
            write_csv(_csv_path(arguments.csv, name, arguments.pipeline), scores)
    return figures if len(arguments.pipeline) > 1 else figures[arguments.pipeline[0]]


def _csv_path(path: Path, pipeline: str, pipelines: Sequence[str]) -> Path:
    """Returns the file of one pipeline: `path` itself if there is no other pipeline."""
    return path if len(pipelines) == 1 else path.with_stem(f"{path.stem}_{pipeline}")


def score_photos(
    folder: Path,
    labels: Sequence[LabelledPlate],
    scored: Sequence[LabelledPlate],
    reader: PhotoReader,
    decode: Decode,
) -> Iterator[PhotoScore]:
    """Reads and scores each photo that has a plate to score.

    Args:
        folder: Folder of the photos.
        labels: All labels: a text that is read on any of them is not a false plate.
        scored: Labels to score.
        reader: Reads the photos.
        decode: Decodes the pixels that `reader` starts from.
    """
    all_plates, scored_plates = by_photo(labels), by_photo(scored)
    for name, plates in tqdm(scored_plates.items(), unit="photo", disable=None):
        yield _score_photo(folder / name, all_plates[name], plates, reader, decode)


def _score_photo(
    path: Path,
    labels: Sequence[LabelledPlate],
    scored: Sequence[LabelledPlate],
    reader: PhotoReader,
    decode: Decode,
) -> PhotoScore:
    photo, decode_cpu_ms = timed(lambda: open_photo(path, decode))
    readings, cpu_ms = timed(lambda: reader.read(photo))
    answers = [Answer.of_reading(reading) for reading in readings]
    return PhotoScore(
        tuple(score_plate(label, answers) for label in scored),
        count_false_plates(labels, answers),
        decode_cpu_ms,
        cpu_ms,
    )


def summarise_photos(scores: Sequence[PhotoScore]) -> dict[str, float]:
    """Returns the figures by name; shares are fractions, not percentages."""
    plates = [plate for photo in scores for plate in photo.plates]
    figures = summarise(plates)
    read = [plate for plate in plates if plate.answer and plate.answer.is_read]
    figures["read_share"] = len(read) / len(plates)
    figures["read_right"] = (
        sum(plate.is_exact for plate in read) / len(read) if read else float("nan")
    )
    figures["false_plates_per_photo"] = statistics.mean(photo.false_plates for photo in scores)
    figures["cpu_ms_median"] = statistics.median(photo.cpu_ms for photo in scores)
    figures["cpu_ms_mean"] = statistics.mean(photo.cpu_ms for photo in scores)
    figures["decode_cpu_ms_median"] = statistics.median(photo.decode_cpu_ms for photo in scores)
    figures["decode_cpu_ms_mean"] = statistics.mean(photo.decode_cpu_ms for photo in scores)
    return figures


def print_figures(pipeline: str, figures: dict[str, float]) -> None:
    """Prints the figures of one pipeline, one figure per line."""
    print(f"{pipeline}, plates {figures['n']:{28 - len(pipeline)}.0f}")
    for name in ("exact", "folded", "cer", "recall_50", "recall_70", "read_share", "read_right"):
        print(f"{name:27} {100 * figures[name]:8.1f} %")
    print(f"false_plates_per_photo      {figures['false_plates_per_photo']:8.2f}")
    for name in ("cpu_ms", "decode_cpu_ms"):
        median, mean = figures[f"{name}_median"], figures[f"{name}_mean"]
        print(f"{name:27} {median:8.1f} median, {mean:.1f} mean")


def write_csv(path: Path, scores: Iterable[PhotoScore]) -> None:
    """Writes one row for each labelled plate: its truth, the answer, and the answer's box."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, CSV_COLUMNS)
        writer.writeheader()
        for photo in scores:
            writer.writerows(_row(plate) for plate in photo.plates)


def _row(plate: PlateScore) -> dict[str, Any]:
    row: dict[str, Any] = {
        "photo": plate.label.photo,
        "truth": plate.label.texts[0],
        "answer": normalise(plate.answer.text) if plate.answer else "",
        "exact": int(plate.is_exact),
        "folded": int(plate.is_folded),
        "edits": plate.edits,
        "iou": f"{plate.iou:.3f}",
    }
    return row | (vars(plate.answer.box) if plate.answer else {})


def _parser() -> argparse.ArgumentParser:
    parser = labelled_parser_for("benchmarks.accuracy", __doc__)
    parser.add_argument(
        "--pipeline", nargs="+", choices=SYSTEMS, default=[OURS], help=f"(default: {OURS})"
    )
    parser.add_argument(
        "--region",
        nargs="+",
        default=[],
        metavar="NAME",
        help=f"where the plates are from; used by {OURS}",
    )
    add_peer_weights(parser)
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="write one row per plate here; with several pipelines, to one file for each",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
