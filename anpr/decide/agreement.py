"""Two readers of one plate: what the second one's opinion does to the first one's answer.

Both see the same plate and neither knows what the other said. A reader alone is sometimes wrong
and sure of itself; two that were made in different ways seldom make the same mistake, so what both
say is worth far more than what one is sure of. That they differ says little: the second reader,
Tesseract, learned pages and not plates, and misreads two plates of three.
"""

from collections.abc import Sequence
from dataclasses import replace

from anpr.decide import grammar, look_alikes
from anpr.types import Alternative, Reading

AGREEMENT = 6.0  # how many times likelier a text is that the second reader says, too
SHORTEST = 4  # characters: shorter texts are the same by chance


def combine(reading: Reading, second: Reading) -> Reading:
    """Returns the reading as it stands after a second opinion.

    The text may become one of its own alternatives, where the second reader reads that one and
    not merely an `O` for a `0`, of which it knows less. The confidence rises where both agree.

    Args:
        reading: With a confidence and alternatives.
        second: What the other reader made of the same plate.
    """
    confidence = reading.confidence or 0.0
    heard = replace(reading, second_opinion=second.text)
    if len(second.text) < SHORTEST:
        return heard
    if second.text == reading.text:
        return replace(heard, confidence=_likelier(confidence, 1 - confidence))
    agreed = next((a for a in reading.alternatives if a.text == second.text), None)
    if agreed is None or agreed.confidence * AGREEMENT <= confidence:
        return heard
    if look_alikes.differ_by_look_alikes(agreed.text, reading.text):
        return heard
    rest = tuple(a for a in reading.alternatives if a is not agreed)
    return replace(
        heard,
        text=agreed.text,
        confidence=_likelier(agreed.confidence, confidence),
        characters=second.characters,
        alternatives=(Alternative(reading.text, confidence), *rest),
    )


def prefer_fitting(reading: Reading, second: Reading, regions: Sequence[str]) -> Reading:
    """Returns what the second reader read, where that fits a format and the first's does not.

    For plates of known regions alone: of all the world's formats one fits nearly any text.
    """
    if not regions or grammar.fits(reading.text, regions) or not grammar.fits(second.text, regions):
        return reading
    return replace(
        reading,
        text=second.text,
        as_read=reading.as_read or reading.text,
        confidence=second.confidence,
        characters=second.characters,
        alternatives=(Alternative(reading.text, reading.confidence or 0.0), *reading.alternatives),
    )


def _likelier(chosen: float, rest: float) -> float:
    """The probability of a text, `AGREEMENT` times likelier than before against the rest."""
    raised = chosen * AGREEMENT
    return raised / (raised + rest)
