"""Evidence: what the networks saw of one plate, framing by framing.

Not a text but probabilities: those of *any* text can be computed from it. Framings are read when
more of them are asked for, so whoever decides takes as many as it needs.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.read.ctc import MIN_TEXT_SHARE, Probabilities, best_path, likely_texts, text_probabilities
from anpr.read.two_lines import big_number_begin
from anpr.types import Character, Observation, Spelling

MAX_UPPER, MAX_LOWER = 4, 3  # texts of a line that one framing suggests; more changed no answer
CHARACTER_STEPS = 3  # of the last character of a text; the others begin about so far apart
MAX_RUNNERS_UP = 5  # of one line, the most probable: with all pairs of them 15 texts


@dataclass(frozen=True, eq=False)
class NetworkObservation:
    """What a network saw in one framing, or in several framings of each line alone."""

    lines: tuple[tuple[Probabilities, ...], ...]
    """For each line, from the top, what each framing showed, of which the mean counts.

    The same framings for all lines, with as many steps."""

    @cached_property
    def paths(self) -> tuple[list[tuple[int, Character]], ...]:
        """The best path through the first framing of each line."""
        return tuple(best_path(framings[0]) for framings in self.lines)

    @property
    def text(self) -> str:
        """The text of the best path, line after line."""
        return "".join(self._best_lines)

    @property
    def _best_lines(self) -> tuple[str, ...]:
        """The text of the best path through each line."""
        return tuple("".join(character.value for _, character in path) for path in self.paths)

    @property
    def ceiling(self) -> float:
        """1: the probabilities of all other texts are known as well."""
        return 1.0

    @property
    def margin(self) -> float:
        """Wider one of the margins left and right of the text, in widths of the plate, 0 to 1."""
        steps = [step for path in self.paths for step, _ in path]
        if not steps:
            return 1.0
        width = len(self.lines[0][0])
        return max(min(steps), width - max(steps) - CHARACTER_STEPS) / width

    def spellings(self) -> list[Spelling]:
        """Returns the likeliest ways to fill the lines, and those with runners-up."""
        begin = big_number_begin(*self.paths) if len(self.paths) > 1 else None
        texts = [
            _unique(text for framing in framings for text in likely_texts(framing, count))
            for framings, count in zip(self.lines, (MAX_UPPER, MAX_LOWER), strict=True)
        ]
        best = self._best_lines
        varied = [
            (*best[:row], text, *best[row + 1 :])
            for row, path in enumerate(self.paths)
            for text in _with_runners_up(path)
        ]
        rows = _unique([*product(*texts), *varied])
        return [Spelling(lines, in_reading_order(lines, begin)) for lines in rows]

    def probabilities(self, spellings: Sequence[Spelling]) -> NDArray[Any]:
        """Returns the probability of each spelling: float64, (spellings,)."""
        asked = _unique((row, text) for s in spellings for row, text in enumerate(s.lines))
        places = {one: place for place, one in enumerate(asked)}
        rows, texts = [row for row, _ in asked], [text for _, text in asked]
        framings = [np.stack(lines) for lines in zip(*self.lines, strict=True)]
        seen = np.mean([text_probabilities(lines, texts, rows) for lines in framings], axis=0)
        chosen = [[places[one] for one in enumerate(s.lines)] for s in spellings]
        together: NDArray[Any] = seen[chosen].prod(axis=1)
        return together


@dataclass(frozen=True)
class TextObservation:
    """What a recognizer reports that gives a text and a confidence, and no more."""

    text: str
    probability: float

    @property
    def margin(self) -> float:
        """Unknown, and taken for 0."""
        return 0.0

    @property
    def ceiling(self) -> float:
        """The recognizer's own confidence, since it shows no text to compare this one with."""
        return self.probability

    def spellings(self) -> list[Spelling]:
        """Returns the text, in one line."""
        return [Spelling((self.text, ""), self.text)]

    def probabilities(self, spellings: Sequence[Spelling]) -> NDArray[Any]:
        """Returns the confidence for the text, and 0 for any other."""
        return np.array([self.probability * (s.text == self.text) for s in spellings])


@dataclass(eq=False)
class Evidence:
    """The observations of one plate, made when they are asked for."""

    source: Iterator[Observation]
    taken: list[Observation] = field(default_factory=list)

    def take(self, count: int) -> Sequence[Observation]:
        """Returns the first observations, at most `count`."""
        while len(self.taken) < count:
            observation = next(self.source, None)
            if observation is None:
                break
            self.taken.append(observation)
        return self.taken[:count]


def in_reading_order(lines: Sequence[str], big_number: int | None) -> str:
    """Returns the text of lines as a person reads them.

    A big number to the right of two small lines is in the network's first line, but is read last:
    MH14 above GN, with 9239 beside them, is MH14GN9239.

    >>> in_reading_order(["MH149239", "GN"], big_number=4)
    'MH14GN9239'

    Args:
        lines: From the top.
        big_number: Where in the first line the big number begins; `None` if there is none.
    """
    if big_number is None:
        return "".join(lines)
    first, *rest = lines
    return first[:big_number] + "".join(rest) + first[big_number:]


def _with_runners_up(path: Sequence[tuple[int, Character]]) -> Iterator[str]:
    """Yields the text of a path with one or two characters replaced by their runners-up.

    Only texts that are not far less probable than the path's own.
    """
    text = [character.value for _, character in path]
    shares = {
        index: character.runner_up_confidence / character.confidence
        for index, (_, character) in enumerate(path)
        if character.runner_up_confidence >= MIN_TEXT_SHARE * character.confidence
    }
    likely = sorted(shares, key=lambda index: -shares[index])[:MAX_RUNNERS_UP]
    for replaced in [*((index,) for index in likely), *combinations(likely, 2)]:
        if math.prod(shares[index] for index in replaced) >= MIN_TEXT_SHARE:
            varied = text.copy()
            for index in replaced:
                varied[index] = path[index][1].runner_up
            yield "".join(varied)


def _unique(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))
