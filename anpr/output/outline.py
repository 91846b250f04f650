"""Photos at their full size with the plates outlined and their text beside."""

from collections.abc import Iterable

import cv2
import numpy as np

from anpr.output.text import cleanup_text
from anpr.types import Image, Reading, Status

READ_BGR = (0, 200, 0)  # green
CHECK_BGR = (0, 140, 255)  # orange
GROUND_BGR = (0, 0, 0)  # around the letters, so that they stand out from any photo

USUAL_PX = 800  # side of a square photo that the sizes below look right on
LINE_PX, FONT_SCALE, GAP_PX = 2.0, 0.75, 6.0
GROUND = 2.5  # times the letters' line width
FONT = cv2.FONT_HERSHEY_SIMPLEX


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
        _label(canvas, cleanup_text(reading.text), reading.candidate.outline, color, size)
    return canvas


def _label(
    canvas: Image, text: str, corners: Image, color: tuple[int, int, int], size: float
) -> None:
    """Writes above the plate, or below it where there is no room, or over it."""
    scale = _fitting_scale(canvas, text, FONT_SCALE * size)
    line = _pixels(LINE_PX * scale / FONT_SCALE)
    ground = _pixels(line * GROUND)
    (width, height), below = cv2.getTextSize(text, FONT, scale, ground)
    gap = _pixels(GAP_PX * size)
    left, top = np.rint(corners.min(axis=0)).astype(int).tolist()
    bottom = int(np.rint(corners[:, 1].max()))
    lowest = canvas.shape[0] - below - ground
    baseline = top - gap - below
    if baseline - height - ground < 0:
        baseline = min(bottom + gap + height, lowest)
    x = max(ground, min(left, canvas.shape[1] - width - ground))
    origin = (x, max(height + ground, min(baseline, lowest)))
    cv2.putText(canvas, text, origin, FONT, scale, GROUND_BGR, ground, cv2.LINE_AA)
    cv2.putText(canvas, text, origin, FONT, scale, color, line, cv2.LINE_AA)


def _fitting_scale(canvas: Image, text: str, scale: float) -> float:
    """The scale of the font, made smaller where the text would not fit into the photo."""
    line = _pixels(LINE_PX * scale / FONT_SCALE * GROUND)
    (width, height), below = cv2.getTextSize(text, FONT, scale, line)
    room: float = min(
        canvas.shape[1] / (width + 2 * line), canvas.shape[0] / (height + below + 2 * line), 1.0
    )
    return scale * room


def _pixels(length: float) -> int:
    return max(1, round(length))
