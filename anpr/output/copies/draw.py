"""Drawing plates: outlines and texts, as the tutorial has them and at the photo's full size."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from anpr.debug import Windows
from anpr.photo import Photo
from anpr.pixels import fit_width
from anpr.types import Candidate, FileResult, Image, Quad, Reading, Status

READ_BGR = (0, 200, 0)  # green
CHECK_BGR = (0, 140, 255)  # orange
GROUND_BGR = (0, 0, 0)  # behind the letters, so that they stand out from any photo

USUAL_PX = 800  # side of a square photo that the sizes below look right on
LINE_PX, FONT_SCALE, GAP_PX = 2.0, 0.75, 5.0
FONT = cv2.FONT_HERSHEY_SIMPLEX

# The tutorial's drawing, at its working width
TUTORIAL_BGR = (0, 255, 0)
TUTORIAL_LINE_PX = 2
TEXT_OFFSET_PX = 15  # above the plate, clear of its outline
TEXT_HEIGHT_PX = 20  # what FONT_SCALE needs; a plate nearer to the top is labelled below

Color = tuple[int, int, int]


@dataclass(frozen=True)
class ShowAnnotated:
    """A `PhotoTask` that shows the photo with its plates outlined, as the tutorial ends."""

    windows: Windows

    def __call__(self, result: FileResult, photo: Photo) -> FileResult:
        """Shows the photo if a plate was read; returns the result as it is."""
        if result.readings:
            self.windows.show("Output ANPR", annotate(photo.bgr, result.readings), True)
        return result


def annotate(image: Image, readings: Iterable[Reading]) -> Image:
    """Draws each plate's box and text, as the tutorial does.

    Args:
        image: BGR, uint8, (height, width, 3).
        readings: In pixels of `image`.

    Returns:
        A new image, resized to the tutorial's width.
    """
    canvas = fit_width(image)
    factor = canvas.shape[1] / image.shape[1]
    for reading in readings:
        _annotate(canvas, reading.candidate.scaled(factor), drawable(reading.text))
    return canvas


def _annotate(canvas: Image, candidate: Candidate, text: str) -> None:
    corners = cv2.boxPoints(cv2.minAreaRect(candidate.contour)).astype(np.int32)
    cv2.drawContours(canvas, [corners], -1, TUTORIAL_BGR, TUTORIAL_LINE_PX)
    x, y, _, height = candidate.box
    baseline = y - TEXT_OFFSET_PX
    if baseline < TEXT_HEIGHT_PX:
        baseline = y + height + TEXT_OFFSET_PX + TEXT_HEIGHT_PX
    cv2.putText(canvas, text, (x, baseline), FONT, FONT_SCALE, TUTORIAL_BGR, TUTORIAL_LINE_PX)


def drawable(text: str) -> str:
    """Strips what is not ASCII, which OpenCV draws as question marks, and surrounding space."""
    return "".join(filter(str.isascii, text)).strip()


def outlined(image: Image, readings: Iterable[Reading]) -> Image:
    """Draws each plate's corners and text: green what was read, orange what should be checked.

    Args:
        image: BGR, uint8, (height, width, 3).
        readings: In pixels of `image`.

    Returns:
        A new image of the same size. Lines and letters are as large as the photo is, and text
        stays in it.
    """
    canvas: Image = image.copy()
    size = float(np.sqrt(canvas.shape[0] * canvas.shape[1])) / USUAL_PX
    for reading in readings:
        color = CHECK_BGR if reading.status is Status.CHECK else READ_BGR
        corners = np.rint(reading.candidate.outline).astype(np.int32)
        cv2.polylines(canvas, [corners], True, color, _pixels(LINE_PX * size), cv2.LINE_AA)
        if text := drawable(reading.text):
            _label(canvas, text, reading.candidate.outline, color, size)
    return canvas


def _label(canvas: Image, text: str, corners: Quad, color: Color, size: float) -> None:
    """Writes above the plate, or below it where there is no room, or else over it."""
    label = _fitted(_written(text, color, size), canvas)
    (height, width), gap = label.shape[:2], _pixels(GAP_PX * size)
    left, top = np.floor(corners.min(axis=0)).astype(int) - (0, gap + height)
    if top < 0:
        top = int(np.ceil(corners[:, 1].max())) + gap
    x = int(np.clip(left, 0, canvas.shape[1] - width))
    y = int(np.clip(top, 0, canvas.shape[0] - height))
    canvas[y : y + height, x : x + width] = label


def _written(text: str, color: Color, size: float) -> Image:
    """Text on a dark ground, as an image of its own."""
    scale, line, gap = FONT_SCALE * size, _pixels(LINE_PX * size), _pixels(GAP_PX * size)
    (width, height), below = cv2.getTextSize(text, FONT, scale, line)
    label = np.full((height + below + 2 * gap, width + 2 * gap, 3), GROUND_BGR, np.uint8)
    cv2.putText(label, text, (gap, gap + height), FONT, scale, color, line, cv2.LINE_AA)
    return label


def _fitted(label: Image, canvas: Image) -> Image:
    """A label shrunk to what the photo has room for."""
    (height, width), (room_height, room_width) = label.shape[:2], canvas.shape[:2]
    shrink = min(room_height / height, room_width / width)
    if shrink >= 1:
        return label
    size_wh = max(1, int(width * shrink)), max(1, int(height * shrink))
    return cv2.resize(label, size_wh, interpolation=cv2.INTER_AREA)


def _pixels(length: float) -> int:
    return max(1, round(length))
