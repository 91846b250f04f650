"""From a candidate to a plate: aspect-ratio pruning, cutting out, threshold, border clearing."""

from collections.abc import Iterable

import cv2
from skimage.segmentation import clear_border

from anpr.types import Candidate, Image, Plate

MIN_ASPECT_RATIO = 4.0  # the tutorial's range; a one-line Indian plate of 500 x 120 mm has 4.2
MAX_ASPECT_RATIO = 5.0


def first_plate_shaped(
    candidates: Iterable[Candidate], min_ar: float, max_ar: float
) -> Candidate | None:
    """Returns the first candidate whose box has an aspect ratio in `[min_ar, max_ar]`, if any."""
    for candidate in candidates:
        if min_ar <= candidate.box.aspect_ratio <= max_ar:
            return candidate
    return None


def cut_out(gray: Image, candidate: Candidate, clear_borders: bool) -> Plate:
    """Cuts a candidate out of its photo and separates its characters from the ground.

    Args:
        gray: The photo the candidate was found in: uint8, (height, width).
        candidate: Where to cut: its upright box.
        clear_borders: Remove everything white that touches the edge of the crop: a dark frame,
            and a character that touches it too. A crop that is all such regions comes out black.
    """
    x, y, width, height = candidate.box
    crop = gray[y : y + height, x : x + width]
    return Plate(candidate, crop, dark_regions(crop, clear_borders))


def dark_regions(gray: Image, clear_borders: bool) -> Image:
    """Returns the inverse Otsu threshold: 255 where dark, else 0; see `cut_out`."""
    dark = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    return clear_border(dark) if clear_borders else dark
