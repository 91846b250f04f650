"""Builds what tests hand to the code: candidates, readings, results and photos."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from anpr.types import (
    Alternative,
    Box,
    Candidate,
    Character,
    FileResult,
    Plate,
    Reading,
    Status,
    status_of,
)

REPOSITORY = Path(__file__).parent.parent

SAMPLES = REPOSITORY / "license_plates"
"""The photos that are part of the project."""
SAMPLE_TEXTS = {
    "group1/001.jpg": "KA53HJ4187",
    "group1/002.jpg": "WB26AY9324",
    "group1/003.jpg": "MH20EE7601",
    "group1/004.jpg": "KL38BK2653",
    "group1/005.jpg": "GJ18RX7748",
    "group2/001.jpg": "RJ27BT6281",
    "group2/002.jpg": "UP32HT5529",
    "group2/003.jpg": "HR51BD3346",
}
"""The texts they were rendered with, by their path below `SAMPLES`."""
SAMPLE = SAMPLES / "group1" / "003.jpg"
SAMPLE_TEXT = SAMPLE_TEXTS["group1/003.jpg"]

PLATE_TEXT = "MH12DE1433"
PLATE_XYWH = (220, 180, 180, 60)
"""The plate of the drawn scene: its text and its box in pixels."""
CAR_GRAY = 60

CORNERS = np.array([[100, 80], [200, 90], [198, 120], [98, 110]], np.float32)
"""The corners of a slightly turned plate in a photo of at least 300 x 200 pixels."""
CROP = np.arange(200, dtype=np.uint8).reshape(10, 20)
"""An upright plate of which every pixel differs from the others."""

HOSTILE_NAMES = [
    "<img src=x onerror=alert(1)>.jpg",
    "</script><script>alert(2)</script>.jpg",
    "<!--<script>.jpg",
    "a\u2028b\u2029&amp;'\"`${alert(3)}.jpg",
]
"""File names that would run as code in a page that does not escape them."""
UNDECODABLE_NAME = os.fsdecode(b"k\xf6nig.jpg")
"""A file name in Latin-1, as old memory cards have it: not valid UTF-8."""


def rectangle(x: int, y: int, width: int, height: int) -> Candidate:
    """Returns a candidate that is an upright rectangle, without corners of its own."""
    return Candidate.filling(Box(x, y, width, height))


def plate(gray: np.ndarray | None = None, candidate: Candidate | None = None) -> Plate:
    """Returns an upright plate; without an array, an even one."""
    gray = np.full((20, 80), 200, np.uint8) if gray is None else gray
    return Plate(candidate or rectangle(0, 0, 40, 10), gray)


def reading(
    text: str = "AB12CDE",
    confidence: float | None = 0.99,
    *,
    runners_up: Mapping[int, tuple[str, float]] | None = None,
    alternatives: Iterable[tuple[str, float]] = (),
    **facts: object,
) -> Reading:
    """Returns a reading with its characters; CHECK if its confidence is 0.9 or less.

    Args:
        text: The text as read.
        confidence: The probability of the text, and of each of its characters.
        runners_up: The second most probable character and its probability, by position.
        alternatives: Other texts and their probabilities.
        facts: Any other field of `Reading`, e.g. `candidate`, `crop` or `region`.
    """
    probability = 1.0 if confidence is None else confidence
    characters = tuple(
        Character(value, probability, *(runners_up or {}).get(position, ("", 0.0)))
        for position, value in enumerate(text)
    )
    usual = {
        "candidate": Candidate.with_corners(CORNERS, 0.9),
        "confidence": confidence,
        "characters": characters,
        "alternatives": tuple(Alternative(*other) for other in alternatives),
        "status": Status.READ if probability > 0.9 else Status.CHECK,
        "crop": CROP,
    }
    return Reading(text, **usual | facts)


def result(path: Path | str, *readings: Reading, reason: str = "", **facts: object) -> FileResult:
    """Returns the result of a photo; FAILED if there is a reason, else as its readings are."""
    status = Status.FAILED if reason else status_of(readings)
    return FileResult(Path(path), status, readings, reason, **facts)


def noise(height: int = 200, width: int = 300) -> np.ndarray:
    """Returns the same random colours at every call: uint8, (height, width, 3)."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def encoded(image: np.ndarray, suffix: str = ".jpg") -> bytes:
    """Returns the file that OpenCV makes of an image."""
    return cv2.imencode(suffix, image)[1].tobytes()


def write_photo(path: Path, image: np.ndarray) -> Path:
    """Writes an image in the format that the file's name ends in; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encoded(image, path.suffix))
    return path


def drawn_plate(text: str = PLATE_TEXT) -> np.ndarray:
    """Returns a light plate with dark characters: uint8, (height, width, 3).

    In Pillow's own font, since OpenCV's differs from one version to the next.
    """
    font = ImageFont.load_default(80)
    left, top, right, bottom = font.getbbox(text)
    picture = Image.new("RGB", (round(right - left) + 40, round(bottom - top) + 40), (235,) * 3)
    ImageDraw.Draw(picture).text((20 - left, 20 - top), text, (20,) * 3, font, stroke_width=1)
    return np.asarray(picture)


def drawn_scene(text: str = PLATE_TEXT) -> np.ndarray:
    """Returns a plate on a dark car: uint8, (400, 600, 3), the plate at `PLATE_XYWH`."""
    scene = np.full((400, 600, 3), CAR_GRAY, np.uint8)
    x, y, width, height = PLATE_XYWH
    scene[y : y + height, x : x + width] = cv2.resize(
        drawn_plate(text), (width, height), interpolation=cv2.INTER_AREA
    )
    return scene
