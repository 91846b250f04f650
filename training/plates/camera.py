"""Imitates photographs of flat plates: pose, holder, light, blur, low resolution, noise, JPEG.

Turns a flat plate into a crop as a locator would cut it out of a photo. Every step works at the
crop's own low resolution, so that a crop takes about half a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image, Quad
from training.plates.poses import random_margins, random_quad, upright_quad

HEIGHTS_PX = (12.0, 76.0)  # plate height in the photo, from barely legible to more than enough
# Below this aspect ratio, as with two lines, a plate has to be this many times higher to be
# legible at all.
SQUARISH_ASPECT, SQUARISH_GROWTH = 2.7, 1.5
MAX_CROP_HW = (72, 240)  # px; a larger crop is shrunk, since the reader's input is smaller anyway
MIN_CROP_HW = (8, 20)  # px
CAREFUL_MIN_HEIGHT_PX = 18.0  # a lower plate is not legible at first sight
HOLDER_CHANCE = 0.4
BEND_CHANCE = 0.12


@dataclass(frozen=True)
class Degradation:
    """How far a crop is degraded; 1 is the full range."""

    blur: float = 1.0
    light: float = 1.0
    resolution: float = 1.0


FULL_DEGRADATION = Degradation()
CAREFUL_DEGRADATION = Degradation(blur=0.7, light=0.8, resolution=0.6)
# Crops of real photos are degraded already.
REAL_DEGRADATION = Degradation(blur=0.4, light=0.7, resolution=0.4)


def photograph(
    flat: Image,
    aspect: float,
    background: Image,
    rng: np.random.Generator,
    is_careful: bool = False,
) -> Image:
    """Imitates a photo of a plate, and cuts the plate out as a locator would.

    Args:
        flat: The stretched plate: uint8, (height, width).
        aspect: Its true width over height.
        background: A piece of a car or street: uint8, (height, width).
        rng: Source of randomness.
        is_careful: Whether the plate is legible, and cut out and rectified as our own locator does.

    Returns:
        The crop at its own resolution: uint8, at most `MAX_CROP_HW`.
    """
    pose = upright_quad if is_careful else random_quad
    quad = pose(aspect, rng) * _plate_height(aspect, rng, is_careful)
    if rng.random() < BEND_CHANCE:
        flat = _bent(flat, rng)
    crop = _placed(flat, quad, random_margins(rng, is_careful), background, rng)
    return degrade(crop, CAREFUL_DEGRADATION if is_careful else FULL_DEGRADATION, rng)


def misplaced(flat: Image, aspect: float, background: Image, rng: np.random.Generator) -> Image:
    """Imitates a crop beside a plate, with at most an edge of it; see `photograph`."""
    quad = random_quad(aspect, rng) * _plate_height(aspect, rng)
    shift = rng.uniform(0.92, 1.4) * (1 if rng.random() < 0.5 else -1)
    sides = [-shift, 0, shift, 0] if rng.random() < 0.5 else [0, -shift, 0, shift]
    return degrade(_placed(flat, quad, np.array(sides), background, rng), FULL_DEGRADATION, rng)


def _plate_height(aspect: float, rng: np.random.Generator, is_careful: bool = False) -> float:
    low, high = HEIGHTS_PX
    low = CAREFUL_MIN_HEIGHT_PX if is_careful else low
    height = float(np.exp(rng.uniform(*np.log((low, high)))))
    return height * (SQUARISH_GROWTH if aspect < SQUARISH_ASPECT else 1.0)


def _bent(flat: Image, rng: np.random.Generator) -> Image:
    """Bends a plate up or down, in the middle or towards one end."""
    height, width = flat.shape
    x = np.linspace(0, 1, width, dtype=np.float32)
    bow = np.sin(np.pi * x ** rng.uniform(0.6, 1.8)) * height * rng.uniform(-0.1, 0.1)
    map_y = np.arange(height, dtype=np.float32)[:, None] + bow[None]
    map_x = np.broadcast_to(np.arange(width, dtype=np.float32)[None], map_y.shape)
    return cv2.remap(
        flat, map_x, map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _placed(
    flat: Image,
    quad: Quad,
    margins: NDArray[Any],
    background: Image,
    rng: np.random.Generator,
) -> Image:
    """Pastes a plate onto a background, its corners on `quad`, and cuts it out with margins."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    size = high - low
    origin = low - margins[:2] * size
    extent = np.maximum(size * (1 + margins[:2] + margins[2:]), 4)
    cap = min(1.0, *(np.array(MAX_CROP_HW[::-1]) / extent))
    wide, tall = np.maximum(np.round(extent * cap), MIN_CROP_HW[::-1]).astype(int)
    corners = ((quad - origin) / extent * (wide, tall)).astype(np.float32)
    canvas = cv2.resize(background, (int(wide), int(tall)), interpolation=cv2.INTER_AREA)
    if rng.random() < HOLDER_CHANCE:
        _paint_holder(canvas, corners, rng)
    drawn = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
    shrunk = [
        int(np.clip(v * 1.3, 6, full)) for v, full in zip(drawn, flat.shape[::-1], strict=True)
    ]
    flat = cv2.resize(flat, shrunk, interpolation=cv2.INTER_AREA)
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * np.array(shrunk, np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    return cv2.warpPerspective(
        flat, matrix, (int(wide), int(tall)), dst=canvas, borderMode=cv2.BORDER_TRANSPARENT
    )


def _paint_holder(canvas: Image, corners: Quad, rng: np.random.Generator) -> None:
    """Paints a plate holder or a shadow around the plate."""
    middle = corners.mean(axis=0)
    grown = middle + (corners - middle) * rng.uniform(1.02, 1.2, 2) + rng.uniform(-1, 1, 2)
    gray = float(rng.choice([rng.uniform(0, 80), rng.uniform(0, 255)]))
    cv2.fillConvexPoly(canvas, np.round(grown).astype(np.int32), gray, cv2.LINE_AA)


def degrade(crop: Image, degradation: Degradation, rng: np.random.Generator) -> Image:
    """Changes the light of a crop, blurs it, lowers its resolution, adds noise and JPEG artefacts.

    Args:
        crop: uint8, (height, width).
        degradation: How far.
        rng: Source of randomness.

    Returns:
        uint8, (height, width), of the same size.
    """
    image = crop.astype(np.float32)
    image = _lit(image, degradation.light, rng)
    image = _blurred(image, degradation.blur, rng)
    image = _coarse(image, degradation.resolution, rng)
    image = _noisy(image, rng)
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        result = _through_jpeg(result, int(rng.uniform(18, 90)))
    if rng.random() < 0.05:  # infrared light inverts some plates
        result = 255 - result
    return result


def _through_jpeg(image: Image, quality: int) -> Image:
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def _lit(image: Image, strength: float, rng: np.random.Generator) -> Image:
    """Adds gradients, shadow edges and glare, and changes exposure and contrast."""
    height, width = image.shape
    if rng.random() < 0.35 * strength:
        image = image * np.linspace(1, rng.uniform(0.4, 1.6), width, dtype=np.float32)
    if rng.random() < 0.3 * strength:
        image = image * np.linspace(1, rng.uniform(0.5, 1.5), height, dtype=np.float32)[:, None]
    if rng.random() < 0.18 * strength:
        shade = np.ones((height, width), np.float32)
        edge = rng.uniform(-0.2, 1.2, 4) * (width, width, height, height)
        points = (
            [[edge[0], 0], [edge[1], height], [width, height], [width, 0]]
            if rng.random() < 0.6
            else [[0, edge[2]], [width, edge[3]], [width, 0], [0, 0]]
        )
        cv2.fillPoly(shade, [np.array(points).astype(np.int32)], float(rng.uniform(0.3, 0.75)))
        image = image * cv2.GaussianBlur(shade, (0, 0), rng.uniform(0.4, 2))
    if rng.random() < 0.07 * strength:
        glare = np.zeros((height, width), np.float32)
        spot = (int(rng.uniform(0, width)), int(rng.uniform(0, height)))
        cv2.circle(
            glare, spot, max(2, int(height * rng.uniform(0.1, 0.5))), rng.uniform(80, 220), -1
        )
        image = image + cv2.GaussianBlur(glare, (0, 0), height * rng.uniform(0.05, 0.3))
    if rng.random() < 0.6 * strength:
        image = (image - 128) * rng.uniform(0.35, 1.4) + 128 + rng.uniform(-60, 60)
    return image


def _blurred(image: Image, strength: float, rng: np.random.Generator) -> Image:
    """Adds defocus and motion blur, at most about a tenth of the letter height."""
    limit = 0.025 * image.shape[0] + 0.2
    if rng.random() < 0.6:
        image = cv2.GaussianBlur(image, (0, 0), max(0.2, limit * strength * rng.uniform(0.1, 1)))
    if rng.random() < 0.15 * strength:
        length = int(np.clip(image.shape[0] * rng.uniform(0.04, 0.14), 2, 9))
        kernel = np.zeros((length, length), np.float32)
        end = np.array([np.cos(a := rng.normal(0, 0.5)), np.sin(a)]) * length / 2
        middle = (length - 1) / 2
        cv2.line(
            kernel,
            np.round(middle - end).astype(int).tolist(),
            np.round(middle + end).astype(int).tolist(),
            1.0,
        )
        image = cv2.filter2D(image, -1, kernel / max(kernel.sum(), 1))
    return image


def _coarse(image: Image, strength: float, rng: np.random.Generator) -> Image:
    """Shrinks the crop and enlarges it again, or sharpens it as cameras do."""
    height, width = image.shape
    if rng.random() < 0.14 * strength and height > 20:
        factor = rng.uniform(0.5, 0.9)
        small = cv2.resize(
            image, (int(width * factor), int(height * factor)), interpolation=cv2.INTER_AREA
        )
        how = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
        image = cv2.resize(small, (width, height), interpolation=how)
    if rng.random() < 0.2:
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 1.8))
        image = image + (image - soft) * rng.uniform(0.3, 2)
    return image


def _noisy(image: Image, rng: np.random.Generator) -> Image:
    if rng.random() < 0.5:
        grain = rng.standard_normal(image.shape, np.float32)
        image = image + grain * rng.choice(
            [rng.uniform(0.5, 4), rng.uniform(0.5, 4), rng.uniform(3, 14)]
        )
    return image
