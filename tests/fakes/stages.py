"""Stages of the pipeline with known answers."""

from collections.abc import Mapping, Sequence

import numpy as np

from anpr.photo import Photo
from anpr.types import Candidate, Image, Plate, Reading, Spelling

CORNERS = np.array([[80, 9], [170, 9], [170, 29], [80, 29]], np.float32)  # 4.5 : 1, off the edge


class FixedLocator:
    """Finds candidates with these scores, one over the other, whatever the photo."""

    def __init__(self, *scores: float) -> None:
        self.scores = scores

    def candidates(self, gray: Image) -> list[Candidate]:
        return [Candidate.with_corners(CORNERS, score) for score in self.scores]


class FixedObservation:
    """Shows these texts with these probabilities, and any other text with 0.

    A text with a slash stands on two lines: `AB12/CDE`.
    """

    def __init__(
        self, seen: Mapping[str, float], margin: float = 0.0, ceiling: float = 1.0
    ) -> None:
        self.seen = {_spelling(written): probability for written, probability in seen.items()}
        self.text = max(self.seen, key=lambda spelling: self.seen[spelling]).text
        self.margin, self.ceiling = margin, ceiling

    def spellings(self) -> list[Spelling]:
        return list(self.seen)

    def probabilities(self, spellings: Sequence[Spelling]) -> np.ndarray:
        return np.array([self.seen.get(spelling, 0.0) for spelling in spellings])


def _spelling(written: str) -> Spelling:
    upper, _, lower = written.partition("/")
    return Spelling((upper, lower), upper + lower)


class FixedEvidence:
    """Shows these observations one after the other; counts those that were taken."""

    def __init__(self, *observations: FixedObservation) -> None:
        self.observations = observations
        self.taken = 0

    def take(self, count: int) -> Sequence[FixedObservation]:
        self.taken = max(self.taken, min(count, len(self.observations)))
        return self.observations[:count]


class FixedRecognizer:
    """Sees these texts with these probabilities, plate by plate; counts the plates it was given."""

    def __init__(self, *answers: Mapping[str, float]) -> None:
        self.answers = answers
        self.calls = 0

    def observe(self, plate: Plate) -> FixedEvidence:
        self.calls += 1
        return FixedEvidence(FixedObservation(self.answers[self.calls - 1]))


class RaisingReader:
    """Raises an error for every photo."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def read(self, photo: Photo) -> list[Reading]:
        raise self.error
