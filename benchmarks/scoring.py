"""Compares answers with labels.

Measures: the share of plates with an exact match of the whole text; the same share *folded* (O
and Q count as 0, I as 1); the character error rate, which is the edit distance divided by the
length of the label, so that a missed plate counts as entirely wrong; and localisation, by
intersection over union (IoU).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from anpr.types import Reading, Status
from benchmarks.labels import LabelledPlate, Rectangle

LOOSE_IOU = 0.5
TIGHT_IOU = 0.7
FOLDED_CHARACTERS = str.maketrans("OQI", "001")


@dataclass(frozen=True)
class Answer:
    """A text that a system read in a photo, and its box."""

    text: str
    box: Rectangle
    is_read: bool = False
    """Whether the status is READ: nobody needs to check the text."""

    @classmethod
    def of_reading(cls, reading: Reading) -> "Answer":
        """Returns a reading as an answer to score."""
        box = Rectangle.of_box(reading.candidate.box)
        return cls(reading.text, box, reading.status is Status.READ)


@dataclass(frozen=True)
class PlateScore:
    """Score of one labelled plate."""

    label: LabelledPlate
    answer: Answer | None
    """The answer that overlaps the label most; `None` if no answer touches it."""
    iou: float
    """Intersection over union of both boxes; 0 without an answer."""
    is_exact: bool
    is_folded: bool
    edits: int
    """Edit distance to the nearest accepted reading; its length if nothing was read."""


def normalise(text: str) -> str:
    """Returns a text in upper case, without characters other than A to Z and 0 to 9."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def fold(text: str) -> str:
    """Normalises a text and merges the characters that look the same on many plates."""
    return normalise(text).translate(FOLDED_CHARACTERS)


def intersection_over_union(one: Rectangle, other: Rectangle) -> float:
    """Returns the overlap of two rectangles, 0 to 1; 0 if both are empty."""
    shared = Rectangle(
        max(one.xmin, other.xmin),
        max(one.ymin, other.ymin),
        min(one.xmax, other.xmax),
        min(one.ymax, other.ymax),
    ).area
    union = one.area + other.area - shared
    return shared / union if union else 0.0


def score_plate(label: LabelledPlate, answers: Sequence[Answer]) -> PlateScore:
    """Scores one label against all answers of its photo."""
    overlaps = [intersection_over_union(label.box, answer.box) for answer in answers]
    overlap = max(overlaps, default=0.0)
    answer = answers[overlaps.index(overlap)] if overlap else None
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
    """Counts the texts that were read where no plate is labelled.

    This is an upper bound: a plate of a second car that nobody labelled counts, too.
    """
    return sum(
        1
        for answer in answers
        if normalise(answer.text)
        and all(intersection_over_union(label.box, answer.box) == 0 for label in labels)
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
