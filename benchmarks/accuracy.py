"""How many plates of a labelled folder come out right, end to end.

python -m benchmarks.accuracy --photos DIR --labels plates.csv --split validation

measures ours; `--pipeline` names others, one after the other in the same run.
"""

import argparse
import csv
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
from tqdm import tqdm

from anpr.batch.serial import PhotoReader
from anpr.debug import HiddenWindows
from anpr.locate.morphology import MorphologyLocator
from anpr.pipeline import PlateReader, TutorialPipeline
from anpr.read.tesseract import TesseractReader
from anpr.types import Reading, Status
from benchmarks.command import load_for, parser_for, write_json
from benchmarks.labels import LabelledPlate, Rectangle, by_photo, load_labels, select
from benchmarks.peers import RapidOCRPhotoReader
from benchmarks.scoring import (
    Answer,
    PlateScore,
    count_false_plates,
    normalise,
    score_plate,
    summarise,
)
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
    """All there is to say about one labelled photo."""

    plates: tuple[PlateScore, ...]
    false_plates: int
    decode_cpu_ms: float
    cpu_ms: float
    """Everything but decoding, child processes included."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    arguments = _parser().parse_args(argv)
    try:
        labels = load_labels(arguments.labels)
        scored = select(labels, arguments.split)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    cv2.setNumThreads(1)  # CPU time over several threads counts their waiting too
    figures: dict[str, dict[str, float]] = {}
    for name in arguments.pipeline:
        pipeline = PIPELINES[name](tuple(arguments.region))
        scores = list(score_photos(arguments.photos, labels, scored, pipeline))
        figures[name] = summarise_photos(scores)
        print_figures(name, figures[name])
        if arguments.csv:
            write_csv(_named(arguments.csv, name, arguments.pipeline), scores)
    if arguments.json:
        is_one = len(figures) == 1
        write_json(arguments.json, next(iter(figures.values())) if is_one else figures)
    return 0


def _named(path: Path, pipeline: str, pipelines: Sequence[str]) -> Path:
    """The file of one pipeline: the name that was given, where it is the only one."""
    return path if len(pipelines) == 1 else path.with_stem(f"{path.stem}_{pipeline}")


def auto_pipeline(regions: tuple[str, ...]) -> PlateReader:
    """Ours, as the command has it by default."""
    return PlateReader(regions=regions)


def tutorial_pipeline(_: tuple[str, ...]) -> TutorialPipeline:
    """The tutorial's pipeline, with its defaults."""
    show = HiddenWindows().show
    return TutorialPipeline(MorphologyLocator(show), TesseractReader(), show)


def rapidocr_pipeline(_: tuple[str, ...]) -> PhotoReader:
    """RapidOCR 1.4 on the whole photo (PP-OCR models), a peer; an extra."""
    return RapidOCRPhotoReader()


PIPELINES: dict[str, Callable[[tuple[str, ...]], PhotoReader]] = {
    "auto": auto_pipeline,
    "tutorial": tutorial_pipeline,
    "rapidocr": rapidocr_pipeline,
}


def score_photos(
    folder: Path,
    labels: Sequence[LabelledPlate],
    scored: Sequence[LabelledPlate],
    reader: PhotoReader,
) -> Iterator[PhotoScore]:
    """Reads each photo with a plate to score, and scores what comes out.

    Args:
        folder: Where the photos are.
        labels: All labels: a text read on any of them is no false plate.
        scored: Those to score.
        reader: Reads each photo.
    """
    all_plates, scored_plates = by_photo(labels), by_photo(scored)
    for photo, plates in tqdm(scored_plates.items(), unit="photo", disable=None):
        yield _score_photo(folder / photo, all_plates[photo], plates, reader)


def summarise_photos(scores: Sequence[PhotoScore]) -> dict[str, float]:
    """Returns the figures under their plain names; fractions, not percentages."""
    figures = summarise([plate for photo in scores for plate in photo.plates])
    answers = [(plate, plate.answer) for photo in scores for plate in photo.plates]
    read = [plate for plate, answer in answers if answer and answer.is_sure]
    figures["read_share"] = len(read) / len(answers)
    figures["read_right"] = sum(p.is_exact for p in read) / len(read) if read else float("nan")
    figures["false_plates_per_photo"] = statistics.mean(photo.false_plates for photo in scores)
    figures["cpu_ms_median"] = statistics.median(photo.cpu_ms for photo in scores)
    figures["cpu_ms_mean"] = statistics.mean(photo.cpu_ms for photo in scores)
    figures["decode_cpu_ms_median"] = statistics.median(photo.decode_cpu_ms for photo in scores)
    figures["decode_cpu_ms_mean"] = statistics.mean(photo.decode_cpu_ms for photo in scores)
    return figures


def print_figures(pipeline: str, figures: dict[str, float]) -> None:
    """Prints the figures as a person reads them."""
    print(f"{pipeline}, plates {figures['n']:{28 - len(pipeline)}.0f}")
    for name in ("exact", "folded", "cer", "recall_50", "recall_70", "read_share", "read_right"):
        print(f"{name:27} {100 * figures[name]:8.1f} %")
    print(f"false_plates_per_photo      {figures['false_plates_per_photo']:8.2f}")
    for name in ("cpu_ms", "decode_cpu_ms"):
        median, mean = figures[f"{name}_median"], figures[f"{name}_mean"]
        print(f"{name:27} {median:8.1f} median, {mean:.1f} mean")


def write_csv(path: Path, scores: Iterable[PhotoScore]) -> None:
    """Writes one row a labelled plate: its truth, the answer, and where that stands."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, CSV_COLUMNS)
        writer.writeheader()
        for photo in scores:
            writer.writerows(_row(plate) for plate in photo.plates)


def _score_photo(
    path: Path,
    plates: Sequence[LabelledPlate],
    scored: Sequence[LabelledPlate],
    reader: PhotoReader,
) -> PhotoScore:
    image, decode_cpu_ms = timed(lambda: load_for(reader, path))
    readings, cpu_ms = timed(lambda: reader.read(image))
    answers = [answer_of(reading) for reading in readings]
    return PhotoScore(
        tuple(score_plate(label, answers) for label in scored),
        count_false_plates(plates, answers),
        decode_cpu_ms,
        cpu_ms,
    )


def answer_of(reading: Reading) -> Answer:
    """What a reading says, for scoring."""
    x, y, width, height = reading.candidate.box
    box = Rectangle(x, y, x + width, y + height)
    return Answer(reading.text, box, reading.status is Status.READ)


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
    parser = parser_for("benchmarks.accuracy", __doc__)
    parser.add_argument(
        "--pipeline", nargs="+", choices=PIPELINES, default=["auto"], help="(default: auto)"
    )
    parser.add_argument(
        "--region", nargs="+", default=[], metavar="NAME", help="where plates are from, for ours"
    )
    parser.add_argument(
        "--csv",
        type=Path,
        metavar="FILE",
        help="write one row a plate here; of several pipelines, to a file each",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
