"""The nouns: what travels from one stage of the pipeline to the next. All of them are frozen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]  # OpenCV's type stubs promise no dtype, so neither can ours
"""A photo or a part of one: uint8, (height, width) gray or (height, width, 3) in BGR order."""

Contour = NDArray[Any]
"""Points of an outline: int32, (n, 1, 2), x before y, in pixels of the image; as OpenCV has it."""

Quad = NDArray[Any]
"""The corners of a plate: float32, (4, 2), x before y, clockwise from the top left of its text."""

XY = tuple(enumerate("xy"))

Name = Path | str
"""What a photo or an input is known by: a path on this machine, or else a URL."""

Show = Callable[[str, Image, bool], None]
"""Shows an image under a title; waits for a key when the third argument is true."""


class Box(NamedTuple):
    """An upright rectangle in pixels, origin at the top left of the image."""

    x: int
    y: int
    width: int
    height: int

    @property
    def aspect_ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


@dataclass(frozen=True, eq=False)
class Candidate:
    """A place in an image where a plate might be."""

    contour: Contour
    corners: Quad | None = None
    """The plate's own corners; None where only an outline is known."""
    score: float | None = None
    """How likely there is a plate, 0 to 1; None where the locator does not say."""

    @property
    def sureness(self) -> float:
        """How likely there is a plate, 0 to 1; where the locator does not say, there is one."""
        return 1.0 if self.score is None else self.score

    @classmethod
    def with_corners(cls, corners: Quad, score: float) -> "Candidate":
        """The candidate between four corners."""
        return cls(_whole_pixels(corners[:, None]), corners, score)

    @classmethod
    def filling(cls, box: Box) -> "Candidate":
        """The candidate that is a whole upright rectangle."""
        left, top, right, bottom = box.x, box.y, box.x + box.width - 1, box.y + box.height - 1
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return cls(np.array(corners, np.int32).reshape(-1, 1, 2))

    @property
    def box(self) -> Box:
        """The smallest upright rectangle around the contour."""
        return Box(*cv2.boundingRect(self.contour))

    @property
    def outline(self) -> Quad:
        """The plate's corners; those of the smallest turned rectangle where they are not known."""
        if self.corners is not None:
            return self.corners
        corners = cv2.boxPoints(cv2.minAreaRect(self.contour))
        return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)

    def scaled(self, factor: float) -> "Candidate":
        """The same place in an image `factor` times as large."""
        if self.corners is None:
            return replace(self, contour=_whole_pixels(self.contour * factor))
        corners = self.corners * factor
        return replace(self, contour=_whole_pixels(corners[:, None]), corners=corners)


def _whole_pixels(points: NDArray[Any]) -> Contour:
    pixels: Contour = np.rint(points).astype(np.int32)
    return pixels


@dataclass(frozen=True, eq=False)
class Plate:
    """A candidate cut out of its image, ready to be read."""

    candidate: Candidate
    gray: Image
    """The crop: uint8, (height, width)."""
    surroundings: Image | None = None
    """The same with what is around it, the crop in its middle; None where no more is known."""


@dataclass(frozen=True)
class Character:
    """One character of a reading, and what else it might be."""

    value: str
    confidence: float
    """How likely it is `value`, 0 to 1."""
    runner_up: str = ""
    """The likeliest other character; empty where the reader does not say."""
    runner_up_confidence: float = 0.0


class Status(Enum):
    """How it went with one plate, or with one photo."""

    READ = "READ"
    """Read, and sure enough to be acted on."""
    CHECK = "CHECK"
    """Read, and a person should look; of a photo: at least one of its plates is such."""
    NO_PLATE = "NO_PLATE"
    """The photo was processed and holds no plate that can be read: a result, not a failure."""
    FAILED = "FAILED"
    """The photo could not be processed; `FileResult.reason` says why."""


class Alternative(NamedTuple):
    """What else a plate might say."""

    text: str
    confidence: float
    """How likely, 0 to 1."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read on one plate."""

    text: str
    """The characters as read, top line first; empty when the reader recognised none."""
    candidate: Candidate
    confidence: float | None = None
    """How likely the whole text is right, 0 to 1; None where the reader does not say."""
    characters: tuple[Character, ...] = ()
    """The characters of `text` one by one; empty where the reader does not tell them apart."""
    line_count: int = 1
    """The lines of text the reader saw on the plate."""
    alternatives: tuple[Alternative, ...] = ()
    """What else it might say, likeliest first; empty where the reader does not say."""
    status: Status = Status.READ
    """READ or CHECK."""
    as_read: str = ""
    """The text before national formats settled look-alikes; empty where they changed nothing."""
    second_opinion: str = ""
    """What the second reader read; empty where it was not asked or recognised nothing."""
    region: str = ""
    """The region whose formats the text fits best, as `formats.REGIONS` names it; may be empty."""
    crop: Image | None = None
    """The upright plate as it was read: uint8, (height, width); None where there was none."""

    @property
    def plate_probability(self) -> float:
        """Probability that there is a plate and that this is its text, 0 to 1."""
        return self.candidate.sureness * (1.0 if self.confidence is None else self.confidence)

    def __str__(self) -> str:
        confidence = "" if self.confidence is None else f" {self.confidence:.3f}"
        return f"{self.text}{confidence} {self.status.value}"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values: a row of the schema in `anpr.output.tables.schema`."""
        box, corners = self.candidate.box, self.candidate.outline
        points = {f"{axis}{i + 1}": float(corners[i, j]) for i in range(4) for j, axis in XY}
        return {
            "status": self.status.value,
            "text": self.text,
            "confidence": self.confidence,
            "alternatives": [list(alternative) for alternative in self.alternatives],
            "character_confidences": [character.confidence for character in self.characters],
            "as_read": self.as_read or self.text,
            "second_opinion": self.second_opinion,
            "region": self.region,
            "lines": self.line_count,
            **points,
            **{f"box_{side}": value for side, value in box._asdict().items()},
            "score": self.candidate.score,
        }


class Timings(NamedTuple):
    """What one photo took, in milliseconds of wall-clock time."""

    decode_ms: float = 0.0
    read_ms: float = 0.0


NO_TIMINGS = Timings()


class Stamp(NamedTuple):
    """What tells whether a file is still the one that was read."""

    size: int | None = None
    """In bytes; None where the system did not say."""
    mtime_ns: int | None = None
    """When it was last changed, in nanoseconds since 1970; None where the system did not say."""


NO_STAMP = Stamp()


@dataclass(frozen=True, eq=False)
class Pictures:
    """Small pictures of one photo, as JPEG files."""

    thumbnail: bytes
    """The photo, its plates outlined."""
    plates: tuple[bytes, ...]
    """The upright plates, in the order of the readings; empty where a reading has no crop."""


@dataclass(frozen=True, eq=False)
class FileResult:
    """Everything there is to say about one file of a batch."""

    path: Name
    status: Status
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    """Why the photo failed, in one line, without the file's name; empty unless FAILED."""
    timings: Timings = NO_TIMINGS
    unwritten: str = ""
    """What could not be written beside the photo's readings, and why, in one line."""
    pictures: Pictures | None = None
    """For the report; None where there is none."""
    stamp: Stamp = NO_STAMP
    """Of the file, from before it was read."""
    is_kept: bool = False
    """Whether a previous run read it: its rows and copies are there."""
    options: str = ""
    """The options that decided what was read, as typed; empty for the defaults."""


def stamp_of(path: Name) -> Stamp:
    """Returns the stamp of a file; `NO_STAMP` if it cannot be read, as with a URL."""
    if isinstance(path, str):
        return NO_STAMP
    try:
        status = path.stat()
    except OSError:
        return NO_STAMP
    return Stamp(status.st_size, status.st_mtime_ns)


def status_of(readings: Sequence[Reading]) -> Status:
    """Returns the status of a photo with these readings."""
    statuses = {reading.status for reading in readings if reading.text}
    if Status.CHECK in statuses:
        return Status.CHECK
    return Status.READ if statuses else Status.NO_PLATE


def has_digit(text: str) -> bool:
    """Whether a text has one, as nearly all plates have; words are badges and signs far oftener."""
    return any(character.isdigit() for character in text)
