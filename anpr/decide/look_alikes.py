"""Resolves characters that look alike by the formats of the plate's region.

`KLO7BF5000` has an `O` where every Indian plate has a digit, and the reader's runner-up there is
`0`: so the plate is `KL07BF5000`. A character is replaced by its runner-up only if the two look
alike, the reader gave the runner-up some probability, and the whole text then fits a format. A
text that fits a format as it was read stays as it is, so that one valid plate never becomes
another. A text that fits no format even then stays too: vanity, temporary and diplomatic plates.
If the region is known, the texts that other framings of the plate gave are considered as well: one
that fits before one that does not, and one with a digit more before an unusually short number.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import product

from anpr.decide.grammar import fits, is_common, log_size, region_of
from anpr.types import Alternative, Character, Reading

LOOK_ALIKES = ("0ODQ", "1IL", "2Z", "5S", "8B", "6G", "4A", "7T1Z", "UV0", "MNH", "GC", "1J")
"""Groups of characters that plates print alike or cameras blur into one another."""
DRAWN_ALIKE = ("0O", "1I")
"""Groups that many plates print identically: only the position tells them apart."""

MAX_CHANGES = 2  # characters replaced in one plate; a text further off is another text
MIN_RUNNER_UP = 0.005  # minimum probability; below it, the runner-up would be invented
MIN_RUNNER_UP_DRAWN_ALIKE = 0.002  # lower, since even a certain O may be a 0
MISFIT_PENALTY = 20.0  # how many times less likely a text that fits may be and still win
MIN_ADVANTAGE = 5.0  # if two corrections fit, make one only if it is this many times as likely


def resolve(reading: Reading, regions: Sequence[str] = ()) -> Reading:
    """Returns the reading with its look-alikes resolved by position, and its region.

    Args:
        reading: With its characters and their runners-up; without them its text stays as it is.
        regions: Where plates are from: names of `formats.REGIONS`, or of a federation for all its
            states. None means anywhere: then only characters that are drawn alike are resolved,
            and only into a format that several regions share.
    """
    reading = _from_another_framing(reading, regions) if regions else reading
    resolved = reading
    if len(reading.characters) == len(reading.text) and not fits(reading.text, regions):
        alike = LOOK_ALIKES if regions else DRAWN_ALIKE
        resolved = _likeliest_that_fits(reading, regions, alike)
    return replace(resolved, region=region_of(resolved.text, regions))


def _from_another_framing(reading: Reading, regions: Sequence[str]) -> Reading:
    """Returns an alternative as the text if it fits a format of the regions far better.

    Either the text fits none, or it is the alternative with characters missing, e.g. a worn or
    cut-off digit: ten times as many plates have four digits as three. Characters that were seen
    are never left out to make a text fit.
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
    """Returns the characters of another text: shared ones keep their confidence."""
    if len(reading.characters) != len(reading.text):
        return ()
    characters = [Character(value, other.confidence) for value in other.text]
    matcher = SequenceMatcher(None, reading.text, other.text, autojunk=False)
    for old, new, length in matcher.get_matching_blocks():
        characters[new : new + length] = reading.characters[old : old + length]
    return tuple(characters)


def _contains(text: str, part: str) -> bool:
    """Returns whether a text becomes `part` by leaving characters out."""
    remaining = iter(text)
    return len(text) > len(part) and all(character in remaining for character in part)


def _likeliest_that_fits(reading: Reading, regions: Sequence[str], alike: Sequence[str]) -> Reading:
    fitting = []
    max_changes = MAX_CHANGES if regions else 1
    for characters in _alternatives(reading.characters, alike, max_changes):
        text = "".join(character.value for character in characters)
        if fits(text, regions) and (regions or is_common(text)):
            fitting.append((math.prod(c.confidence for c in characters), text, characters))
    fitting.sort(key=lambda change: -change[0])
    if not fitting or (len(fitting) > 1 and fitting[0][0] < MIN_ADVANTAGE * fitting[1][0]):
        return reading
    _, text, characters = fitting[0]
    return replace(
        reading, text=text, characters=characters, as_read=reading.as_read or reading.text
    )


def _alternatives(
    characters: Sequence[Character], alike: Sequence[str], max_changes: int
) -> Iterator[tuple[Character, ...]]:
    """Yields the characters with 1 to `max_changes` replaced by look-alike runners-up."""
    choices = [
        (character, _swapped(character)) if _may_be_swapped(character, alike) else (character,)
        for character in characters
    ]
    for chosen in product(*choices):
        changes = sum(new is not old for new, old in zip(chosen, characters, strict=True))
        if 0 < changes <= max_changes:
            yield chosen


def _may_be_swapped(character: Character, alike: Sequence[str]) -> bool:
    pair = {character.value, character.runner_up}
    drawn_alike = any(pair <= set(group) for group in DRAWN_ALIKE)
    minimum = MIN_RUNNER_UP_DRAWN_ALIKE if drawn_alike else MIN_RUNNER_UP
    is_alike = len(pair) == 2 and any(pair <= set(group) for group in alike)
    return is_alike and character.runner_up_confidence >= minimum


def _swapped(character: Character) -> Character:
    return Character(
        character.runner_up,
        character.runner_up_confidence,
        character.value,
        character.confidence,
    )


def differ_by_look_alikes(one: str, other: str) -> bool:
    """Returns whether two texts differ in nothing but characters that look alike."""
    return len(one) == len(other) and all(
        a == b or any({a, b} <= set(group) for group in LOOK_ALIKES)
        for a, b in zip(one, other, strict=True)
    )
