"""Thumbnails of a photo and of its plates, for the report."""

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from anpr.photo import Photo
from anpr.pixels import average
from anpr.types import FileResult, Image, Pictures, Quad, Reading, Status

THUMBNAIL_PX = 320  # longer side; shown 200 CSS pixels wide, so sharp on high-resolution screens
PLATE_MAX_WIDTH_PX = 240
JPEG_QUALITY = 70  # about 10 KB per photo, so that browsers still open a report of 5,000 photos
GREEN_BGR = (96, 200, 40)
ORANGE_BGR = (0, 140, 255)
HALO_BGR = (30, 25, 20)
LINE_PX, HALO_PX = 2, 4  # the dark halo makes the line visible on light and on dark cars
SUBPIXEL_BITS = 4  # OpenCV draws in units of 1/16 px, so that shrinking shifts no outline


def with_pictures(result: FileResult, photo: Photo) -> FileResult:
    """Returns the result with thumbnails of its photo and plates.

    Args:
        result: Result of the photo, in its pixels.
        photo: The photo.
    """
    plates = tuple(_plate(reading.crop) for reading in result.readings)
    return replace(result, pictures=Pictures(_thumbnail(photo.bgr, result.readings), plates))


def _thumbnail(image: Image, readings: Sequence[Reading]) -> bytes:
    small = _shrink(image, THUMBNAIL_PX / max(image.shape[:2]))
    factor_xy = np.array(small.shape[1::-1]) / image.shape[1::-1]
    for reading in readings:
        _outline(small, reading.candidate.outline * factor_xy, reading.status)
    return _jpeg(small)


def _plate(crop: Image | None) -> bytes:
    if crop is None or crop.size == 0:
        return b""
    return _jpeg(_shrink(crop, PLATE_MAX_WIDTH_PX / crop.shape[1]))


def _shrink(image: Image, factor: float) -> Image:
    """Returns a new image, never larger than the given one, and at least 1 pixel."""
    height, width = image.shape[:2]
    factor = min(1.0, factor)
    return average(image, (max(1, round(width * factor)), max(1, round(height * factor))))


def _outline(image: Image, corners: Quad, status: Status) -> None:
    points = np.rint(corners * 2**SUBPIXEL_BITS).astype(np.int32)
    color = ORANGE_BGR if status is Status.CHECK else GREEN_BGR
    for bgr, thickness in ((HALO_BGR, HALO_PX), (color, LINE_PX)):
        cv2.polylines(image, [points], True, bgr, thickness, cv2.LINE_AA, SUBPIXEL_BITS)


def _jpeg(image: Image) -> bytes:
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
    return encoded.tobytes()
