"""How far an answer can be believed, and so whether a person should look.

The reader's probability says how clearly it saw the characters. What it cannot know is whether it
saw all of them, and whether what it saw is a plate: that is what the formats of a known region
say, and where none is known, those of all the world together. Fitted on validation, where the
reader's probability and the second reader's agreement are already in the confidence:
`python -m benchmarks.accuracy` shows how much of what is READ is right.
"""

from dataclasses import replace

from anpr.decide import grammar
from anpr.probability import from_log_odds, log_odds
from anpr.types import Reading, Status

FITS, MISFITS = 1.4, -1.8  # added to the log odds where regions are known: a plate fits or not
# Where none is known: of what would be READ and fits no format of the world, one in seven was wrong
# (validation, training plates), of all else one in forty.
MISFITS_ANY = -1.4
READ_FROM = 0.92  # of what is surer, 98 in 100 are right on validation; 8 plates in 10 are surer


def assign_status(reading: Reading, regions: tuple[str, ...]) -> Reading:
    """Returns the reading with its final confidence, and whether it can be acted on.

    Args:
        reading: After the formats.
        regions: Where plates are from; none: anywhere, and then that a plate fits says nothing.
    """
    confidence = reading.confidence or 0.0
    shift = _shift(reading.text, regions)
    if shift:
        confidence = from_log_odds(log_odds(confidence) + shift)
    status = Status.READ if confidence >= READ_FROM else Status.CHECK
    return replace(reading, confidence=confidence, status=status)


def _shift(text: str, regions: tuple[str, ...]) -> float:
    """What the formats add to the log odds that a text is right."""
    fits = grammar.fits(text, regions)
    if regions:
        return FITS if fits else MISFITS
    return 0.0 if fits else MISFITS_ANY
