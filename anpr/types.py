"""The nouns: the values passed from one stage to the next. All of them are frozen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[Any]  # without a dtype, as in OpenCV's own type stubs
"""A photo or a part of one: uint8, (height, width) gray or (height, width, 3) in BGR order."""

Contour = NDArray[Any]
"""Points of an outline, in OpenCV's layout: int32, (n, 1, 2), x before y, in pixels."""

Quad = NDArray[Any]
"""The corners of a plate: float32, (4, 2), x before y, clockwise from the top left of its text."""

Name = Path | str
"""The name of a photo or an input: a path on this machine, or a URL."""


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
    """An outline in an image that might be a plate."""

    contour: Contour
    corners: Quad | None = None
    """The plate's own corners; `None` if only an outline is known."""
    score: float | None = None
    """Probability of a plate, 0 to 1; `None` if the locator reports none."""

    @property
    def probability(self) -> float:
        """Probability of a plate, 0 to 1; 1 if the locator reports none."""
        return 1.0 if self.score is None else self.score

    @classmethod
    def with_corners(cls, corners: Quad, score: float) -> "Candidate":
        """Returns the candidate between four corners."""
        return cls(_whole_pixels(corners[:, None]), corners, score)

    @classmethod
    def filling(cls, box: Box) -> "Candidate":
        """Returns the candidate that fills an upright rectangle, without corners of its own."""
        left, top, right, bottom = box.x, box.y, box.x + box.width - 1, box.y + box.height - 1
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        return cls(np.array(corners, np.int32).reshape(-1, 1, 2))

    @property
    def box(self) -> Box:
        """The smallest upright rectangle around the contour."""
        return Box(*cv2.boundingRect(self.contour))

    @property
    def outline(self) -> Quad:
        """The plate's corners, or those of the smallest rotated rectangle around the contour."""
        if self.corners is not None:
            return self.corners
        corners = cv2.boxPoints(cv2.minAreaRect(self.contour))
        return np.roll(corners, -int(corners.sum(axis=1).argmin()), axis=0)

    def scaled(self, factor: float) -> "Candidate":
        """Returns the same candidate in an image `factor` times as wide and high."""
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
    """A larger crop, uint8, with `gray` in its centre; `None` if there is none."""
    photo_wh: tuple[int, int] | None = None
    """Width and height (px) of the photo that `candidate` is in; `None` if unknown."""

    def scaled(self, factor: float) -> "Plate":
        """Returns the same plate in a photo `factor` times as large."""
        wh = self.photo_wh and (round(self.photo_wh[0] * factor), round(self.photo_wh[1] * factor))
        return replace(self, candidate=self.candidate.scaled(factor), photo_wh=wh)


@dataclass(frozen=True)
class Character:
    """One character of a reading, with the second most probable one."""

    value: str
    confidence: float
    """Probability of `value`, 0 to 1."""
    runner_up: str = ""
    """The second most probable character; empty if the reader reports none."""
    runner_up_confidence: float = 0.0
    """Probability of `runner_up`, 0 to 1."""


class Spelling(NamedTuple):
    """A text, and how it stands on the lines of a plate."""

    lines: tuple[str, ...]
    """As the network sees them, from the top."""
    text: str
    """All lines in reading order."""

    @property
    def line_count(self) -> int:
        """The number of lines with text."""
        return sum(map(bool, self.lines))


class Observation(Protocol):
    """What was seen of a plate once, from which the probability of any text can be computed."""

    @property
    def text(self) -> str:
        """The text it shows at first sight, without a search."""

    @property
    def margin(self) -> float:
        """Wider one of the margins left and right of the text, in widths of the plate, 0 to 1."""

    @property
    def ceiling(self) -> float:
        """Highest confidence that it supports, 0 to 1; below 1 if it shows no other texts."""

    def spellings(self) -> Sequence[Spelling]:
        """Returns the texts it suggests."""

    def probabilities(self, spellings: Sequence[Spelling]) -> NDArray[Any]:
        """Returns the probability of each spelling, whoever suggested it: float, (spellings,)."""


class Evidence(Protocol):
    """Observations of one plate, made when they are asked for."""

    def take(self, count: int) -> Sequence[Observation]:
        """Returns the first observations: `count` of them, or all if there are no more.

        There is always a first one.
        """


class Status(Enum):
    """The outcome for one plate or for one photo."""

    READ = "READ"
    """Read, and certain enough to be acted on."""
    CHECK = "CHECK"
    """Read, but a person should check it; for a photo, at least one of its plates."""
    NO_PLATE = "NO_PLATE"
    """The photo was processed and shows no plate that can be read: a result, not a failure."""
    FAILED = "FAILED"
    """The photo could not be processed; `FileResult.reason` is the reason."""


class Alternative(NamedTuple):
    """Another text that a plate might have."""

    text: str
    confidence: float
    """Probability of this text, 0 to 1."""


CORNER_COLUMNS = ("x1", "y1", "x2", "y2", "x3", "y3", "x4", "y4")
BOX_COLUMNS = tuple(f"box_{side}" for side in Box._fields)


@dataclass(frozen=True)
class Why:
    """Why a person should check a reading."""

    code: str
    """For programs, e.g. `cut_off`; see `docs/tables.md`."""
    phrase: str
    """For people, e.g. "cut off by the edge of the photo"."""

    def __str__(self) -> str:
        return f"{self.code}: {self.phrase}"


@dataclass(frozen=True, eq=False)
class Reading:
    """The text of one plate."""

    text: str
    """The characters, top line first; empty if the reader recognised none."""
    candidate: Candidate
    """Where the plate is in the photo."""
    confidence: float | None = None
    """Probability that the whole text is right, 0 to 1; `None` if the reader reports none."""
    characters: tuple[Character, ...] = ()
    """The characters of `text` one by one; empty if the reader does not report them."""
    line_count: int = 1
    """Number of lines of text on the plate."""
    alternatives: tuple[Alternative, ...] = ()
    """Other possible texts, the most probable first; empty if the reader reports none."""
    status: Status = Status.READ
    """READ or CHECK."""
    as_read: str = ""
    """The most probable text by what was seen alone; empty if that is `text`."""
    why: Why | None = None
    """Why a person should check the reading; `None` if its status is READ."""
    region: str = ""
    """Code of the region whose formats explain the text; empty if none does by half."""
    region_probability: float | None = None
    """Probability that the plate is from `region`, 0 to 1; `None` if `region` is empty."""
    crop: Image | None = None
    """The upright plate as it was read: uint8, (height, width); `None` if there is none."""

    @property
    def plate_probability(self) -> float:
        """Probability that there is a plate and that this is its text, 0 to 1."""
        return self.candidate.probability * (1.0 if self.confidence is None else self.confidence)

    def __str__(self) -> str:
        confidence = "" if self.confidence is None else f" {self.confidence:.3f}"
        return f"{self.text}{confidence} {self.status.value}"

    def to_dict(self) -> dict[str, Any]:
        """Returns plain values by column: what a table contains about a plate.

        `anpr.output.tables.schema` explains the columns.
        """
        corners = self.candidate.outline.ravel().tolist()
        return {
            "status": self.status.value,
            "text": self.text,
            "confidence": self.confidence,
            "alternatives": [list(alternative) for alternative in self.alternatives],
            "character_confidences": [character.confidence for character in self.characters],
            "as_read": self.as_read or self.text,
            "why": str(self.why or ""),
            "region": self.region,
            "region_probability": self.region_probability,
            "lines": self.line_count,
            **dict(zip(CORNER_COLUMNS, corners, strict=True)),
            **dict(zip(BOX_COLUMNS, self.candidate.box, strict=True)),
            "score": self.candidate.score,
        }


class Timings(NamedTuple):
    """Wall-clock time spent on one photo, in milliseconds."""

    decode_ms: float = 0.0
    read_ms: float = 0.0
    """Everything after decoding."""


NO_TIMINGS = Timings()


class Stamp(NamedTuple):
    """Size and time of a file, which show whether it has changed since it was read."""

    size: int | None = None
    """In bytes; `None` if unknown."""
    mtime_ns: int | None = None
    """Time of the last change, in nanoseconds since 1970; `None` if unknown."""


NO_STAMP = Stamp()


@dataclass(frozen=True, eq=False)
class Pictures:
    """Small pictures of one photo for the report, as JPEG files."""

    thumbnail: bytes
    """The photo with its plates outlined."""
    plates: tuple[bytes, ...]
    """The upright plates, in the order of the readings; empty bytes if a reading has no crop."""


@dataclass(frozen=True, eq=False)
class FileResult:
    """The result for one photo of a batch."""

    path: Name
    status: Status
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    """Why the photo failed, in one line, without the name of the file; empty unless FAILED."""
    timings: Timings = NO_TIMINGS
    unwritten: str = ""
    """Which copies of the photo could not be written, and why, in one line; empty if none."""
    pictures: Pictures | None = None
    """Pictures for the report; `None` without a report."""
    stamp: Stamp = NO_STAMP
    """The stamp of the file, taken before it was read."""
    is_kept: bool = False
    """Whether a previous run read the photo: its rows and copies exist already."""
    options: str = ""
    """The options that decide what is read, as typed; empty for the defaults."""


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
    """Returns whether a text has a digit, as nearly all plates do; words are mostly signs."""
    return any(character.isdigit() for character in text)
