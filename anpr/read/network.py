"""Reads plates with convolutional networks trained on plates, through `anpr.models.engine`.

A network gets a gray crop stretched to a fixed size. Every few pixels along each of two lines, it
returns the probability of each character. The second line of a one-line plate is blank, and so are
both lines of a crop without a plate. How the networks were trained: `anpr/models/README.md`.

They form a cascade, as long as more evidence is asked for: a fast network, the large one, the large
one in other framings (`anpr.read.framing`), and for a plate of two lines a network that reads each
line alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from anpr.models.engine import Run, load
from anpr.read.ctc import Probabilities, probabilities_of
from anpr.read.evidence import Evidence, NetworkObservation
from anpr.read.framing import RETRY_FRAMINGS, WIDER_FRAMING, Framing, frame
from anpr.read.reader_input import READER_INPUT_HW, reader_input, stretch
from anpr.read.two_lines import big_number_begin, split_lines
from anpr.types import Box, Candidate, Image, Observation, Plate, Reading

LINE_FRAMINGS = RETRY_FRAMINGS[:2]  # in which each of two lines is read alone, beside its own crop
ALONE_OBSERVATIONS = 6  # taken if there is nobody to decide how many it takes


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """Reads plates with one or two lines. May be shared by threads."""

    large_net: Run = field(default_factory=lambda: load("reader"))
    line_net: Run = field(default_factory=lambda: load("line"))
    fast_net: Run = field(default_factory=lambda: load("fast"))

    def observe(self, plate: Plate) -> Evidence:
        """Returns evidence of a plate's text; networks run when it is taken."""
        return Evidence(self._observations(plate))

    def read(self, plate: Plate) -> Reading:
        """Reads one plate by what is seen alone, whatever plates may say.

        Returns:
            The text that the observations together give the highest probability, which is the
            confidence; without any character in the crop, the text is empty.
        """
        observations = self.observe(plate).take(ALONE_OBSERVATIONS)
        spellings = list({s.lines: s for o in observations for s in o.spellings()}.values())
        likely = np.mean([o.probabilities(spellings) for o in observations], axis=0)
        best = spellings[int(likely.argmax())]
        confidence = float(likely.max()) if best.text else 0.0
        return Reading(best.text, plate.candidate, confidence, line_count=best.line_count)

    def _observations(self, plate: Plate) -> Iterator[Observation]:
        yield _observe(self.fast_net, plate.gray)
        first = _observe(self.large_net, plate.gray)
        yield first
        if all(first.paths) and big_number_begin(*first.paths) is None:
            yield self._observe_lines(plate)
        for framing in (*RETRY_FRAMINGS, WIDER_FRAMING):
            yield _observe(self.large_net, frame(plate, framing), framing.width)

    def _observe_lines(self, plate: Plate) -> NetworkObservation:
        """Reads each of two lines alone."""
        lines = (self._line(_as_plate(line)) for line in split_lines(plate.gray))
        return NetworkObservation(tuple(lines))

    def _line(self, line: Plate) -> tuple[Probabilities, ...]:
        crops = [(line.gray, Framing().width)]
        crops += [(frame(line, framing), framing.width) for framing in LINE_FRAMINGS]
        return tuple(_run(self.line_net, crop, width)[0] for crop, width in crops)


def _as_plate(line: Image) -> Plate:
    """Returns a single line as a plate."""
    return Plate(Candidate.filling(Box(0, 0, line.shape[1], line.shape[0])), line)


def _observe(net: Run, gray: Image, width: int = READER_INPUT_HW[1]) -> NetworkObservation:
    upper, lower = _run(net, gray, width)
    return NetworkObservation(((upper,), (lower,)))


def _run(net: Run, gray: Image, width: int) -> Probabilities:
    """Runs a network once.

    Args:
        net: Takes a `reader_input` of one crop.
        gray: The crop: uint8, (height, width).
        width: Width of the reader input (px), a multiple of 4.

    Returns:
        float32, (2, steps, classes): `Probabilities` of the upper and of the lower line.
    """
    lines: Probabilities = probabilities_of(net(reader_input([stretch(gray, width)])))[0]
    return lines
