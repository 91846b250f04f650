"""Scores a reader on labelled boxes: exact and folded shares of correct readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.photo import Photo
from anpr.pixels import to_gray
from anpr.read.ctc import best_path
from anpr.read.reader_input import stretch
from anpr.types import Image
from benchmarks.labels import LabelledPlate, crop, load_labels, select
from training.data import real_crops
from training.data.transcripts import folded


@dataclass(frozen=True)
class Labelled:
    """A set of crops and their texts."""

    name: str
    crops: NDArray[Any]
    """The crops, stretched to the reader's input: uint8, (n, 48, 144)."""
    answers: tuple[tuple[str, ...], ...]
    """The accepted readings of each crop."""


def greedy(log_probabilities: NDArray[Any]) -> list[str]:
    """Decodes log probabilities (n, 2, steps, 37) by the best path, each row by itself."""
    return ["".join(_row(row) for row in plate) for plate in log_probabilities]


def _row(log_probabilities: NDArray[Any]) -> str:
    return "".join(character.value for _, character in best_path(np.exp(log_probabilities)))


def shares(readings: Sequence[str], answers: Sequence[tuple[str, ...]]) -> tuple[float, float]:
    """Returns the shares of correct readings, exact and folded; NaN if there are no readings."""
    exact = [reading in accepted for reading, accepted in zip(readings, answers, strict=True)]
    loose = [
        folded(reading) in {folded(a) for a in accepted}
        for reading, accepted in zip(readings, answers, strict=True)
    ]
    return float(np.mean(exact)), float(np.mean(loose))


def validation_sets(data: Path) -> list[Labelled]:
    """Loads the NanoNets and OpenLPR validation plates, with one and with two lines separately."""
    sets = []
    for name in ("nanonets", "openlpr"):
        labels = load_labels(data / name / "plates.csv")
        for lines in (1, 2):
            chosen = select(labels, "validation", lines)
            crops = [_crop(data / name / "photos" / label.photo, label) for label in chosen]
            answers = tuple(label.texts for label in chosen)
            sets.append(Labelled(f"{name} {lines}", np.stack(crops), answers))
    return sets


def _crop(path: Path, label: LabelledPlate) -> Image:
    return stretch(to_gray(crop(Photo.open(path).bgr, label.box)))


def dev_set(real: Path) -> Labelled:
    """Loads the transcribed plates that are held out of training."""
    crops = real_crops.load(real)
    held_out = crops.subset(real_crops.is_dev(crops))
    stretched = [stretch(real_crops.plain_crop(held_out, i)) for i in range(len(held_out.texts))]
    return Labelled("dev", np.stack(stretched), tuple((str(text),) for text in held_out.texts))
