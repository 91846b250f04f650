"""How well a reader reads: labelled boxes, decoding, exact and folded shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anpr.pixels import to_gray
from anpr.read.ctc import best_path
from anpr.read.reader_input import stretch
from benchmarks.labels import LabelledPlate, crop, load_labels, select
from training.data import real_crops
from training.data.transcripts import folded


@dataclass(frozen=True)
class Labelled:
    """Crops to be read.

    Attributes:
        name: of the split.
        canvases: (N, 48, 144) uint8.
        answers: accepted readings of each.
    """

    name: str
    canvases: np.ndarray
    answers: tuple[tuple[str, ...], ...]


def greedy(log_probabilities: np.ndarray) -> list[str]:
    """Decode (N, 2, steps, 37) log-probabilities: best path, each row by itself."""
    return ["".join(_row(row) for row in plate) for plate in log_probabilities]


def _row(log_probabilities: np.ndarray) -> str:
    return "".join(character.value for _, character in best_path(np.exp(log_probabilities)))


def shares(readings: Sequence[str], answers: Sequence[tuple[str, ...]]) -> tuple[float, float]:
    """Shares (exact, folded) of right readings; nan where there are none."""
    exact = [reading in accepted for reading, accepted in zip(readings, answers, strict=True)]
    loose = [
        folded(reading) in {folded(a) for a in accepted}
        for reading, accepted in zip(readings, answers, strict=True)
    ]
    return float(np.mean(exact)), float(np.mean(loose))


def validation_sets(data: Path) -> list[Labelled]:
    """NanoNets and OpenLPR validation, one-line and two-line plates apart."""
    sets = []
    for name in ("nanonets", "openlpr"):
        labels = load_labels(data / name / "plates.csv")
        for lines in (1, 2):
            chosen = select(labels, "validation", lines)
            canvases = [_canvas(data / name / "photos" / label.photo, label) for label in chosen]
            answers = tuple(label.texts for label in chosen)
            sets.append(Labelled(f"{name} {lines}", np.stack(canvases), answers))
    return sets


def _canvas(path: Path, label: LabelledPlate) -> np.ndarray:
    return stretch(to_gray(crop(images.load(path), label.box)))


def dev_set(real: Path) -> Labelled:
    """Transcribed plates held out of training."""
    crops = real_crops.load(real)
    held = crops.subset(real_crops.is_dev(crops))
    canvases = [stretch(real_crops.plain_crop(held, i)) for i in range(len(held.texts))]
    return Labelled("dev", np.stack(canvases), tuple((str(text),) for text in held.texts))
