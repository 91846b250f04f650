"""Fits the numbers of the posterior, by maximum likelihood of the right texts.

    python -m training.reader.fit_posterior --data DATA

reads the validation plates and the transcribed plates that no training saw, each with as many
observations as deciding takes, and prints the numbers for `anpr.decide.posterior.Fit`, their
expected calibration error, and how they do on one half of the plates when fitted on the other.
"""

import argparse
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from anpr import decide
from anpr.decide.posterior import FIT, Fit, Prior, scores_of
from anpr.photo import Photo, quieten_decoders
from anpr.pipeline import PlateReader
from anpr.types import Observation, Plate
from benchmarks.labels import LabelledPlate, Rectangle, by_photo, load_labels, select
from benchmarks.scoring import intersection_over_union, normalise
from training.data.photos import read_rows
from training.data.real_crops import DEV_SHARE_PERCENT, TRANSCRIPTS

VALIDATION = (("nanonets", "validation"), ("nanonets", "tutorial"), ("openlpr", "validation"))
MIN_OVERLAP = 0.2  # of a plate with its label; labels are drawn tighter than plates are found
MIN_PROBABILITY = 1e-4  # of a right text: one that no observation suggested must not decide alone
BINS = 10


@dataclass(frozen=True)
class Observed:
    """A plate, its observations and what it says."""

    is_right: NDArray[Any]
    """Whether each suggested text is the plate's: bool, (texts,)."""
    seen: NDArray[Any]
    """Probability of each text in each observation: float, (observations, texts)."""
    odds: NDArray[Any]
    """Prior odds of each text, 0 for no text: float, (texts,)."""
    margin: float
    """Of the first observation."""


def main() -> None:
    """Fits and prints the numbers."""
    parser = argparse.ArgumentParser(
        prog="python -m training.reader.fit_posterior", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    arguments = parser.parse_args()
    quieten_decoders()
    plates = [*_validation_plates(arguments.data), *_held_out_plates(arguments.data)]
    print(f"{len(plates)} plates, of which {sum(p.is_right.any() for p in plates)} can be right")
    print(f"now:    {FIT}: {_summary(plates, FIT)}")
    best = fit(plates)
    print(f"fitted: {best}: {_summary(plates, best)}")
    halves = plates[::2], plates[1::2]
    for one, other in (halves, halves[::-1]):
        print(f"fitted on one half, on the other: {_summary(other, fit(one))}")


def fit(plates: Sequence[Observed]) -> Fit:
    """Returns the numbers under which the right texts are most probable."""
    found = minimize(
        lambda numbers: _loss(plates, _as_fit(numbers)),
        _as_numbers(FIT),
        method="Nelder-Mead",
        options={"maxiter": 150, "xatol": 0.02, "fatol": 1e-4},
    )
    return _as_fit(found.x)


def confidence(plate: Observed, numbers: Fit) -> tuple[float, bool, float]:
    """Decides what a plate says, as `anpr.decide` does.

    Returns:
        The posterior of its answer, whether that is right, and the posterior of the right text.
    """
    count = len(plate.seen)
    shares = _posterior(plate, 1, numbers)
    if shares.max() < decide.SURE_AT_ONCE or plate.margin > decide.MAX_MARGIN:
        for taken, enough in decide.ROUNDS:
            shares = _posterior(plate, min(taken, count), numbers)
            if shares.max() >= enough:
                break
    answer = int(shares.argmax())
    right = float(shares[plate.is_right].sum())
    return float(shares[answer]), bool(plate.is_right[answer]), right


def _posterior(plate: Observed, count: int, numbers: Fit) -> NDArray[Any]:
    weights = np.ones(count)
    weights[0] = numbers.fast_weight
    seen = np.average(plate.seen[:count], axis=0, weights=weights)
    scores = scores_of(seen, plate.odds, numbers)
    shares: NDArray[Any] = np.exp(scores - scores.max())
    shares /= shares.sum()
    return shares


def _loss(plates: Sequence[Observed], numbers: Fit) -> float:
    rights = [confidence(plate, numbers)[2] for plate in plates]
    return float(-np.log(np.maximum(rights, MIN_PROBABILITY)).mean())


def _summary(plates: Sequence[Observed], numbers: Fit) -> str:
    answers = sorted(confidence(plate, numbers)[:2] for plate in plates)
    table = np.array(answers, float)
    bins = np.array_split(table, BINS)
    error = sum(len(b) * abs(b[:, 0].mean() - b[:, 1].mean()) for b in bins) / len(table)
    sure = table[table[:, 0] >= decide.READ_FROM]
    return (
        f"loss {_loss(plates, numbers):.4f}, right {table[:, 1].mean():.3f}, calibration error "
        f"{error:.3f}, READ {len(sure) / len(table):.3f}, right {sure[:, 1].mean():.4f}"
    )


def _validation_plates(data: Path) -> Iterator[Observed]:
    reader = PlateReader()
    for name, split in VALIDATION:
        labels = select(load_labels(data / name / "plates.csv"), split)
        for photo, plates in by_photo(labels).items():
            yield from _observe_labelled(reader, data / name / "photos" / photo, plates)


def _held_out_plates(data: Path) -> Iterator[Observed]:
    """Yields the transcribed plates that are held out of every training by their text."""
    reader = PlateReader()
    for row in read_rows(TRANSCRIPTS):
        is_held_out = zlib.crc32(row["text"].encode()) % 100 < DEV_SHARE_PERCENT
        path = data / row["set"] / "photos" / row["photo"]
        if is_held_out and row["sure"] == "1" and path.exists():
            box = Rectangle(*(float(row[side]) for side in ("xmin", "ymin", "xmax", "ymax")))
            label = LabelledPlate(row["photo"], box, (row["text"],), int(row["lines"]), "", True)
            yield from _observe_labelled(reader, path, [label])


def _observe_labelled(
    reader: PlateReader, path: Path, labels: Sequence[LabelledPlate]
) -> Iterator[Observed]:
    """Yields the labelled plates of a photo that the first locator finds."""
    found = reader.plates(reader.locators[0], Photo.open(path))
    for label in labels:
        overlaps = [
            intersection_over_union(label.box, Rectangle.of_box(plate.candidate.box))
            for plate in found
        ]
        if max(overlaps, default=0.0) >= MIN_OVERLAP:
            yield _observe(reader, found[overlaps.index(max(overlaps))], label.texts)


def _observe(reader: PlateReader, plate: Plate, texts: Sequence[str]) -> Observed:
    observations: Sequence[Observation] = reader.reader.observe(plate).take(decide.ROUNDS[-1][0])
    spellings = list({s.lines: s for o in observations for s in o.spellings()}.values())
    by_spelling = np.array([o.probabilities(spellings) for o in observations])
    suggested = list(dict.fromkeys(spelling.text for spelling in spellings))
    columns = [[s.text == text for s in spellings] for text in suggested]
    prior, truths = Prior(), set(map(normalise, texts))
    return Observed(
        is_right=np.array([text in truths for text in suggested]),
        seen=np.array([by_spelling[:, column].sum(axis=1) for column in columns]).T,
        odds=np.array([prior.odds(text) if text else 0.0 for text in suggested]),
        margin=observations[0].margin,
    )


def _as_numbers(numbers: Fit) -> NDArray[Any]:
    other = np.log(numbers.other / (1 - numbers.other))
    positive = (numbers.sharpness, numbers.trust, numbers.floor, numbers.fast_weight)
    return np.array([*np.log(positive), other])


def _as_fit(numbers: NDArray[Any]) -> Fit:
    sharpness, trust, floor, fast_weight = np.exp(numbers[:4]).tolist()
    other = float(1 / (1 + np.exp(-numbers[4])))
    return Fit(sharpness, trust, other, floor, fast_weight)


if __name__ == "__main__":
    main()
