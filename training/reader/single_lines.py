"""One line of a plate of two, cut out as a second look at the plate does."""

from __future__ import annotations

import cv2
import numpy as np

MIDDLE = (0.3, 0.68)  # of the height: where the gap between two lines can be
MOST_IN_GAP = 0.25  # of the strokes in the fainter line: with more, no gap is there
BEYOND_GAP = (-0.02, 0.1)  # of the height: how much of the other line stays in the picture
TRIM = (0.0, 0.7)  # of the plate's rim outside the line: how much of it is cut off
SMOOTH = (1, 5)  # px
INK = 0.2  # of the busiest row: a row of strokes
Single = tuple[np.ndarray, float, tuple[str, str]]  # picture, aspect ratio, text


def one_line(
    flat: np.ndarray, aspect: float, rows: tuple[str, str], rng: np.random.Generator
) -> Single | None:
    """Cuts a line out of a flat plate.

    Args:
        flat: (H, W) uint8, the stretched plate.
        aspect: its true width over height.
        rows: the texts of its two lines.
        rng: source of chance.

    Returns:
        The line's picture, its true aspect ratio and its text as a plate's only one; None where no
        gap goes across the plate, as when two small lines stand beside a big one.
    """
    strokes = np.abs(cv2.Sobel(flat, cv2.CV_32F, 1, 0)).mean(axis=1, keepdims=True)
    profile = cv2.GaussianBlur(strokes, SMOOTH, 0)[:, 0]
    height = len(profile)
    low, high = (round(share * height) for share in MIDDLE)
    gap = low + int(profile[low:high].argmin())
    if profile[gap] > MOST_IN_GAP * min(profile[:gap].max(), profile[gap:].max()):
        return None
    ink = np.flatnonzero(profile > INK * profile.max())
    beyond, trim = rng.uniform(*BEYOND_GAP) * height, rng.uniform(*TRIM)
    if rng.random() < 0.5:
        top, bottom, text = trim * ink[0], gap + beyond, rows[0]
    else:
        top, bottom, text = gap - beyond, height - trim * (height - 1 - ink[-1]), rows[1]
    line = flat[max(0, round(top)) : round(bottom)]
    return line, aspect * height / len(line), (text, "")
