"""The nouns: what travels from one stage of the pipeline to the next. All of them are frozen."""

from collections.abc import Callable
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

    @classmethod
    def with_corners(cls, corners: Quad, score: float) -> "Candidate":
        """The candidate between four corners."""
        return cls(np.rint(corners).astype(np.int32)[:, None], corners, score)

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

    def scaled(self, factor: float) -> "Candidate":
        """The same place in an image `factor` times as large."""
        contour = np.rint(self.contour * factor).astype(np.int32)
        return replace(
            self, contour=contour, corners=None if self.corners is None else self.corners * factor
        )


@dataclass(frozen=True, eq=False)
class Plate:
    """A candidate cut out of its image, ready to be read."""

    candidate: Candidate
    gray: Image
    """The crop: uint8, (height, width)."""
    roi: Image
    """The region of interest: the crop's inverse Otsu threshold, 255 on characters, else 0."""
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


@dataclass(frozen=True, eq=False)
class Reading:
    """What a reader made of one plate."""

    text: str
    """The characters as read, top line first; empty when the reader recognised none."""
    candidate: Candidate
    confidence: float | None = None
    """How likely the whole text is right, 0 to 1; None where the reader does not say."""
    characters: tuple[Character, ...] = ()
    """The characters of `text` one by one; empty where the reader does not tell them apart."""
    line_count: int = 1
    """The lines of text the reader saw on the plate."""


class Status(Enum):
    """How it went with one photo."""

    READ = "READ"
    """At least one plate was found and something was read on it."""
    NO_PLATE = "NO_PLATE"
    """The photo was processed and holds no plate that can be read: a result, not a failure."""
    FAILED = "FAILED"
    """The photo could not be processed; `FileResult.reason` says why."""


@dataclass(frozen=True, eq=False)
class FileResult:
    """Everything there is to say about one file of a batch."""

    path: Path
    status: Status
    readings: tuple[Reading, ...] = ()
    reason: str = ""
    """Why the photo failed, in one line, without the file's name; empty unless FAILED."""


@dataclass(frozen=True)
class Settings:
    """What the user asked for on the command line."""

    inputs: tuple[Path, ...]
    pipeline: str
    locator: str
    clear_border: bool
    psm: int
    debug: bool
    debug_dir: Path | None
    tesseract_cmd: str | None
    timeout_s: float
    max_pixels: int
