"""How a second recognizer's reading changes the first one's answer.

Two recognizers that were made in different ways seldom make the same mistake, so their agreement
is worth far more than the certainty of one. Their disagreement is worth little: the second one,
Tesseract, was trained on pages, and misreads two plates of three.
"""

from collections.abc import Sequence
from dataclasses import replace

from anpr.decide.grammar import fits
from anpr.decide.look_alikes import differ_by_look_alikes
from anpr.types import Alternative, Reading

AGREEMENT_FACTOR = 6.0  # how many times more likely a text is if the second recognizer reads it too
MIN_LENGTH = 4  # characters; shorter texts agree by chance


def combine(reading: Reading, second: Reading) -> Reading:
    """Returns the reading as it stands after a second opinion.

    If both agree, the confidence rises. If the second recognizer reads one of the alternatives,
    that becomes the text, unless the two differ by look-alikes alone: `O` or `0` is something the
    second recognizer knows less about.

    Args:
        reading: With a confidence and alternatives.
        second: The second recognizer's reading of the same plate.
    """
    confidence = reading.confidence or 0.0
    heard = replace(reading, second_opinion=second.text)
    if len(second.text) < MIN_LENGTH:
        return heard
    if second.text == reading.text:
        return replace(heard, confidence=_raised(confidence, 1 - confidence))
    agreed = next((a for a in reading.alternatives if a.text == second.text), None)
    if agreed is None or agreed.confidence * AGREEMENT_FACTOR <= confidence:
        return heard
    if differ_by_look_alikes(agreed.text, reading.text):
        return heard
    rest = tuple(a for a in reading.alternatives if a is not agreed)
    return replace(
        heard,
        text=agreed.text,
        confidence=_raised(agreed.confidence, confidence),
        characters=second.characters,
        alternatives=(Alternative(reading.text, confidence), *rest),
    )


def prefer_fitting(reading: Reading, second: Reading, regions: Sequence[str]) -> Reading:
    """Returns the second recognizer's text if it fits a format and the first one's does not.

    Only if regions are known: nearly any text fits some format of the world.
    """
    if not regions or fits(reading.text, regions) or not fits(second.text, regions):
        return reading
    return replace(
        reading,
        text=second.text,
        as_read=reading.as_read or reading.text,
        confidence=second.confidence,
        characters=second.characters,
        alternatives=(Alternative(reading.text, reading.confidence or 0.0), *reading.alternatives),
    )


def _raised(probability: float, rest: float) -> float:
    """Returns the probability of a text that has become AGREEMENT_FACTOR times more likely."""
    raised = probability * AGREEMENT_FACTOR
    return raised / (raised + rest)
