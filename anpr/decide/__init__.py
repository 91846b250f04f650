"""What does the plate say, and can it be acted on?

`decide` is the one door of this stage; `check_regions` and `known_regions` name what it accepts.
"""

from collections.abc import Callable
from dataclasses import replace

from anpr.decide import agreement, look_alikes
from anpr.decide.confidence import assign_status
from anpr.decide.grammar import check_regions, known_regions
from anpr.types import Plate, Reading, Status, has_digit

__all__ = ["check_regions", "decide", "known_regions"]

SecondOpinion = Callable[[Plate], Reading]
"""Reads a plate once more, with a recognizer of another kind."""

MIN_PLATE_PROBABILITY = 0.15  # of detector and reader together, that this is a plate
USUAL_LENGTH = 5  # minimum number of characters; shorter texts are far more often badges and signs
MIN_PLATE_PROBABILITY_UNUSUAL = 0.6  # for shorter texts, and for words without a digit


def decide(
    plate: Plate, reading: Reading, second_opinion: SecondOpinion | None, regions: tuple[str, ...]
) -> Reading | None:
    """Decides what a plate says and whether a person should check it.

    Args:
        plate: The upright plate.
        reading: What the reader saw on it.
        second_opinion: Consulted if the answer would be CHECK; `None` if there is none to be had.
        regions: Where plates are from: names of `known_regions`; none means anywhere.

    Returns:
        The reading with its final text, confidence, status, region and crop; `None` if this is
        no plate but a badge, a sign or nothing at all.
    """
    if not _is_plausible(reading):
        return None
    answer = assign_status(look_alikes.resolve(reading, regions), regions)
    if answer.status is Status.CHECK and second_opinion is not None:
        second = second_opinion(plate)
        combined = agreement.combine(reading, second)
        combined = agreement.prefer_fitting(combined, second, regions)
        answer = assign_status(look_alikes.resolve(combined, regions), regions)
    return replace(answer, crop=plate.gray)


def _is_plausible(reading: Reading) -> bool:
    is_usual = has_digit(reading.text) and len(reading.text) >= USUAL_LENGTH
    minimum = MIN_PLATE_PROBABILITY if is_usual else MIN_PLATE_PROBABILITY_UNUSUAL
    return reading.plate_probability > minimum
