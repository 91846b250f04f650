"""Compares answers with labels.

The measures: exact match of the whole plate; the same *folded* (O and Q count as 0, I as 1);
the character error rate, the edit distance over the length of the label, with a missed plate as
all wrong; localisation by intersection over union.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from benchmarks.labels import LabelledPlate, Rectangle

LOOSE_IOU = 0.5
TIGHT_IOU = 0.7
LOOK_ALIKES = str.maketrans("OQI", "001")


@dataclass(frozen=True)
class Answer:
    """What a system says stands where in a photo."""

    text: str
    box: Rectangle
    is_sure: bool = False
    """Whether the system says that nobody needs to look."""


@dataclass(frozen=True)
class PlateScore:
    """How well one labelled plate was answered."""

    label: LabelledPlate
    answer: Answer | None
    """The answer that covers the label best; None where none touches it."""
    iou: float
    is_exact: bool
    is_folded: bool
    edits: int
    """Edit distance to the nearest accepted reading; its length when nothing was read."""


def normalise(text: str) -> str:
    """Upper case, and only A to Z and 0 to 9."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def fold(text: str) -> str:
    """Normalised, with the characters that many plates print alike made one."""
    return normalise(text).translate(LOOK_ALIKES)


def iou(one: Rectangle, other: Rectangle) -> float:
    """Intersection over union, 0 to 1."""
    shared = Rectangle(
        max(one.xmin, other.xmin),
        max(one.ymin, other.ymin),
        min(one.xmax, other.xmax),
        min(one.ymax, other.ymax),
    ).area
    union = one.area + other.area - shared
    return shared / union if union else 0.0


def score_plate(label: LabelledPlate, answers: Sequence[Answer]) -> PlateScore:
    """Scores one label against all the answers given for its photo."""
    answer = max(answers, key=lambda candidate: iou(label.box, candidate.box), default=None)
    overlap = iou(label.box, answer.box) if answer else 0.0
    if overlap == 0:
        answer = None
    text = normalise(answer.text) if answer else ""
    truths = [normalise(truth) for truth in label.texts]
    return PlateScore(
        label,
        answer,
        overlap,
        is_exact=text in truths,
        is_folded=fold(text) in map(fold, truths),
        edits=min(Levenshtein.distance(text, truth) for truth in truths),
    )


def count_false_plates(labels: Sequence[LabelledPlate], answers: Sequence[Answer]) -> int:
    """Counts the texts read where no labelled plate is.

    An upper bound: a second car that nobody labelled counts too.
    """
    return sum(
        1
        for answer in answers
        if normalise(answer.text) and all(iou(label.box, answer.box) == 0 for label in labels)
    )


def summarise(scores: Sequence[PlateScore]) -> dict[str, float]:
    """Returns `n` and, as fractions, `exact`, `folded`, `cer`, `recall_50` and `recall_70`."""
    count = len(scores)
    characters = sum(len(normalise(score.label.texts[0])) for score in scores)
    return {
        "n": count,
        "exact": sum(score.is_exact for score in scores) / count,
        "folded": sum(score.is_folded for score in scores) / count,
        "cer": sum(score.edits for score in scores) / characters,
        "recall_50": sum(score.iou > LOOSE_IOU for score in scores) / count,
        "recall_70": sum(score.iou > TIGHT_IOU for score in scores) / count,
    }
