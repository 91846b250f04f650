"""Draws plates: outlines and texts, at the photo's full size and as the tutorial does."""

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
LABEL_BACKGROUND_BGR = (0, 0, 0)  # makes the text legible on any photo

REFERENCE_PX = 800  # side of the square photo for which the following sizes were chosen
LINE_PX, FONT_SCALE, GAP_PX = 2.0, 0.75, 5.0
FONT = cv2.FONT_HERSHEY_SIMPLEX

# The tutorial's drawing, at its working width
TUTORIAL_BGR = (0, 255, 0)
TUTORIAL_LINE_PX = 2
TEXT_OFFSET_PX = 15  # above the plate, clear of its outline
TEXT_HEIGHT_PX = 20  # room that FONT_SCALE needs; a plate closer to the top is labelled below

Color = tuple[int, int, int]


@dataclass(frozen=True)
class ShowAnnotated:
    """A `PhotoTask` that shows the photo with its plates outlined: the tutorial's last window."""

    windows: Windows

    def __call__(self, result: FileResult, photo: Photo) -> FileResult:
        """Shows the photo if it has readings; returns the result unchanged."""
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
    """Returns the ASCII part of a text, stripped: OpenCV draws anything else as question marks."""
    return "".join(filter(str.isascii, text)).strip()


def outlined(image: Image, readings: Iterable[Reading]) -> Image:
    """Draws each plate's outline and text: green for READ, orange for CHECK.

    Args:
        image: BGR, uint8, (height, width, 3).
        readings: In pixels of `image`.

    Returns:
        A new image of the same size. Lines and text scale with the photo, and text stays within it.
    """
    canvas: Image = image.copy()
    scale = float(np.sqrt(canvas.shape[0] * canvas.shape[1])) / REFERENCE_PX
    for reading in readings:
        color = CHECK_BGR if reading.status is Status.CHECK else READ_BGR
        corners = np.rint(reading.candidate.outline).astype(np.int32)
        cv2.polylines(canvas, [corners], True, color, _pixels(LINE_PX * scale), cv2.LINE_AA)
        if text := drawable(reading.text):
            _paste_label(canvas, _label(text, color, scale), reading.candidate.outline, scale)
    return canvas


def _paste_label(canvas: Image, label: Image, corners: Quad, scale: float) -> None:
    """Places a label above the plate, or below it if there is no room, or else on it."""
    label = _shrunk_to_fit(label, canvas)
    (height, width), gap = label.shape[:2], _pixels(GAP_PX * scale)
    left, top = np.floor(corners.min(axis=0)).astype(int) - (0, gap + height)
    if top < 0:
        top = int(np.ceil(corners[:, 1].max())) + gap
    x = int(np.clip(left, 0, canvas.shape[1] - width))
    y = int(np.clip(top, 0, canvas.shape[0] - height))
    canvas[y : y + height, x : x + width] = label


def _label(text: str, color: Color, scale: float) -> Image:
    """Returns an image of the text on a dark background."""
    font_scale, line, gap = FONT_SCALE * scale, _pixels(LINE_PX * scale), _pixels(GAP_PX * scale)
    (width, height), below = cv2.getTextSize(text, FONT, font_scale, line)
    size_hw = height + below + 2 * gap, width + 2 * gap
    label = np.full((*size_hw, 3), LABEL_BACKGROUND_BGR, np.uint8)
    cv2.putText(label, text, (gap, gap + height), FONT, font_scale, color, line, cv2.LINE_AA)
    return label


def _shrunk_to_fit(label: Image, canvas: Image) -> Image:
    (height, width), (max_height, max_width) = label.shape[:2], canvas.shape[:2]
    shrink = min(max_height / height, max_width / width)
    if shrink >= 1:
        return label
    size_wh = max(1, int(width * shrink)), max(1, int(height * shrink))
    return cv2.resize(label, size_wh, interpolation=cv2.INTER_AREA)


def _pixels(length: float) -> int:
    """Rounds a length to whole pixels, at least 1."""
    return max(1, round(length))
