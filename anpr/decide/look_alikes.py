"""What a plate may say: settles characters that look alike by the national formats.

`KLO7BF5000` has an `O` where every Indian plate has a digit, and the reader's second choice there
is `0`: so it says `KL07BF5000`. Only a character's runner-up can take its place, only where the
two look alike and the reader saw something of it, and only if the plate then fits a format. A text
that fits a format as it was read stays as it is, so one valid plate never becomes another; and so
does one that fits none even then: vanity plates, temporary and diplomatic ones. Where the region is
known, what another look at the plate saw has a say, too: a text that fits before one that does not,
and one with a digit more before a number that is oddly short.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import product

from anpr.decide.grammar import fits, is_common, log_size, region_of
from anpr.types import Alternative, Character, Reading

LOOK_ALIKES = ("0ODQ", "1IL", "2Z", "5S", "8B", "6G", "4A", "7T1Z", "UV0", "MNH", "GC", "1J")
"""Characters that plates print, or cameras blur, alike."""
DRAWN_ALIKE = ("0O", "1I")
"""Those that many plates print with one and the same stroke: nothing but the place tells."""

MOST_CHANGES = 2  # of one plate: a reading that is further off says something else
LEAST_RUNNER_UP = 0.005  # below, the reader saw nothing of it, and it would be invented
LEAST_RUNNER_UP_DRAWN_ALIKE = 0.002  # a sure O is no less a 0
MISFIT_PENALTY = 20.0  # a text that fits has to be this many times unlikelier to lose to a misfit
AMBIGUOUS = 5.0  # two changes that fit, neither this many times likelier: none is made


def resolve(reading: Reading, regions: Sequence[str] = ()) -> Reading:
    """Returns the reading with its look-alikes settled by position, and its region.

    Args:
        reading: With its characters and their runners-up; without them its text stays as it is.
        regions: Where plates are from: names of `formats.REGIONS`, or of a federation for all its
            states; none: anywhere, and then only what is drawn alike is settled, and only into
            a format that several regions have.
    """
    reading = _by_another_look(reading, regions) if regions else reading
    settled = reading
    if len(reading.characters) == len(reading.text) and not fits(reading.text, regions):
        alike = LOOK_ALIKES if regions else DRAWN_ALIKE
        settled = _likeliest_that_fits(reading, regions, alike)
    return replace(settled, region=region_of(settled.text, regions))


def _by_another_look(reading: Reading, regions: Sequence[str]) -> Reading:
    """The reading as another look saw it, where that fits a format of the regions far better.

    Either the text fits none, or it is the other one with characters missing, such as a worn or a
    cut-off digit: of all plates, ten times as many have four digits as three. Characters that were
    seen are never left out to make a text fit.
    """
    if fits(reading.text, regions):
        gains = {
            alternative: math.exp(
                log_size(alternative.text, regions) - log_size(reading.text, regions)
            )
            for alternative in reading.alternatives
            if fits(alternative.text, regions) and _contains(alternative.text, reading.text)
        }
    else:
        gains = {
            alternative: MISFIT_PENALTY
            for alternative in reading.alternatives
            if fits(alternative.text, regions) and not _contains(reading.text, alternative.text)
        }
    best = max(gains, key=lambda other: other.confidence * gains[other], default=None)
    if best is None or best.confidence * gains[best] <= (reading.confidence or 0.0):
        return reading
    rest = (Alternative(reading.text, reading.confidence or 0.0), *reading.alternatives)
    return replace(
        reading,
        text=best.text,
        as_read=reading.as_read or reading.text,
        confidence=max(best.confidence, 1 - (reading.confidence or 0.0)),
        characters=_aligned(best, reading),
        alternatives=tuple(other for other in rest if other is not best),
    )


def _aligned(other: Alternative, reading: Reading) -> tuple[Character, ...]:
    """The characters of another text: those it shares are as sure as before, the rest as it is."""
    if len(reading.characters) != len(reading.text):
        return ()
    characters = [Character(value, other.confidence) for value in other.text]
    matcher = SequenceMatcher(None, reading.text, other.text, autojunk=False)
    for old, new, length in matcher.get_matching_blocks():
        characters[new : new + length] = reading.characters[old : old + length]
    return tuple(characters)


def _contains(text: str, part: str) -> bool:
    """Whether a text becomes another by leaving characters out."""
    remaining = iter(text)
    return len(text) > len(part) and all(character in remaining for character in part)


def _likeliest_that_fits(reading: Reading, regions: Sequence[str], alike: Sequence[str]) -> Reading:
    fitting = []
    most = MOST_CHANGES if regions else 1
    for characters in _alternatives(reading.characters, alike, most):
        text = "".join(character.value for character in characters)
        if fits(text, regions) and (regions or is_common(text)):
            fitting.append((math.prod(c.confidence for c in characters), text, characters))
    fitting.sort(key=lambda change: -change[0])
    if not fitting or (len(fitting) > 1 and fitting[0][0] < AMBIGUOUS * fitting[1][0]):
        return reading
    _, text, characters = fitting[0]
    return replace(
        reading, text=text, characters=characters, as_read=reading.as_read or reading.text
    )


def _alternatives(
    characters: Sequence[Character], alike: Sequence[str], most: int
) -> Iterator[tuple[Character, ...]]:
    """The characters with one to `most` of them replaced by their look-alike runners-up."""
    choices = [
        (character, _swapped(character)) if _may_be_swapped(character, alike) else (character,)
        for character in characters
    ]
    for chosen in product(*choices):
        changes = sum(new is not old for new, old in zip(chosen, characters, strict=True))
        if 0 < changes <= most:
            yield chosen


def _may_be_swapped(character: Character, alike: Sequence[str]) -> bool:
    pair = {character.value, character.runner_up}
    drawn_alike = any(pair <= set(group) for group in DRAWN_ALIKE)
    least = LEAST_RUNNER_UP_DRAWN_ALIKE if drawn_alike else LEAST_RUNNER_UP
    is_alike = len(pair) == 2 and any(pair <= set(group) for group in alike)
    return is_alike and character.runner_up_confidence >= least


def _swapped(character: Character) -> Character:
    return Character(
        character.runner_up,
        character.runner_up_confidence,
        character.value,
        character.confidence,
    )


def differ_by_look_alikes(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but characters that look alike."""
    return len(one) == len(other) and all(
        a == b or any({a, b} <= set(group) for group in LOOK_ALIKES)
        for a, b in zip(one, other, strict=True)
    )
