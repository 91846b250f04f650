"""Stages of the pipeline with known answers."""

import numpy as np

from anpr.photo import Photo
from anpr.types import Candidate, Image, Plate, Reading

CORNERS = np.array([[0, 9], [90, 9], [90, 29], [0, 29]], np.float32)  # 4.5 times as wide as high


class FixedLocator:
    """Finds candidates with these scores, one over the other, whatever the photo."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores

    def candidates(self, gray: Image) -> list[Candidate]:
        return [Candidate.with_corners(CORNERS, score) for score in self.scores]


class FixedRecognizer:
    """Reads these texts with these confidences, plate by plate; counts the plates it was given."""

    def __init__(self, *answers: tuple[str, float]) -> None:
        self.answers = answers
        self.calls = 0

    def read(self, plate: Plate) -> Reading:
        text, confidence = self.answers[self.calls]
        self.calls += 1
        return Reading(text, plate.candidate, confidence)


class RaisingReader:
    """Raises an error for every photo."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, photo: Photo) -> list[Reading]:
        raise self.error
