"""The camera's harm: pose, holder, light, blur, low resolution, noise, JPEG.

A flat plate goes in, a crop as a locator would cut it from a photo comes out.
Everything runs at the crop's own low resolution, so that a crop costs about half a millisecond.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from training.plates.poses import random_margins, random_quad, upright_quad

HEIGHTS_PX = (12.0, 76.0)  # plate height in the photo: from barely legible to more than enough
TWO_LINE_ENLARGED = 1.5  # two lines or a squarish plate need more pixels to be legible at all
SQUARISH = 2.7  # aspect below which that holds
NATIVE_MAX_HW = (72, 240)  # larger crops are shrunk at once: the canvas could not show more
NATIVE_MIN_HW = (8, 20)
CAREFUL_LEAST_PX = 18.0  # of height: below, nobody reads at a glance
HOLDER_SHARE = 0.4
BEND_SHARE = 0.12


@dataclass(frozen=True)
class Harm:
    """How hard the photograph is made; 1 is the full range, real crops get less."""

    blur: float = 1.0
    light: float = 1.0
    resolution: float = 1.0


FULL_HARM = Harm()
CAREFUL_HARM = Harm(blur=0.7, light=0.8, resolution=0.6)
REAL_HARM = Harm(blur=0.4, light=0.7, resolution=0.4)  # real crops bring their own


def photograph(
    flat: np.ndarray,
    aspect: float,
    background: np.ndarray,
    rng: np.random.Generator,
    is_careful: bool = False,
) -> np.ndarray:
    """Take a photo of a plate and cut it out as a locator would.

    Args:
        flat: (H, W) uint8, the stretched plate.
        aspect: its true width over height.
        background: (h, w) uint8, a piece of car or street.
        rng: source of chance.
        is_careful: whether it was found and made upright, and is legible.

    Returns:
        (H, W) uint8 crop at its own resolution, at most NATIVE_MAX_HW.
    """
    pose = upright_quad if is_careful else random_quad
    quad = pose(aspect, rng) * _plate_height(aspect, rng, is_careful)
    if rng.random() < BEND_SHARE:
        flat = _bent(flat, rng)
    crop = _placed(flat, quad, random_margins(rng, is_careful), background, rng)
    return spoil(crop, CAREFUL_HARM if is_careful else FULL_HARM, rng)


def misplaced(
    flat: np.ndarray, aspect: float, background: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """A crop beside a plate, that holds an edge of it at most; arguments as ``photograph``."""
    quad = random_quad(aspect, rng) * _plate_height(aspect, rng)
    shift = rng.uniform(0.92, 1.4) * (1 if rng.random() < 0.5 else -1)
    sides = [-shift, 0, shift, 0] if rng.random() < 0.5 else [0, -shift, 0, shift]
    return spoil(_placed(flat, quad, np.array(sides), background, rng), FULL_HARM, rng)


def _plate_height(aspect: float, rng: np.random.Generator, is_careful: bool = False) -> float:
    least, most = HEIGHTS_PX
    least = CAREFUL_LEAST_PX if is_careful else least
    height = float(np.exp(rng.uniform(*np.log((least, most)))))
    return height * (TWO_LINE_ENLARGED if aspect < SQUARISH else 1.0)


def _bent(flat: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The plate bowed up or down in the middle or towards one end."""
    height, width = flat.shape
    x = np.linspace(0, 1, width, dtype=np.float32)
    bow = np.sin(np.pi * x ** rng.uniform(0.6, 1.8)) * height * rng.uniform(-0.1, 0.1)
    map_y = np.arange(height, dtype=np.float32)[:, None] + bow[None]
    map_x = np.broadcast_to(np.arange(width, dtype=np.float32)[None], map_y.shape)
    return cv2.remap(
        flat, map_x, map_y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _placed(
    flat: np.ndarray,
    quad: np.ndarray,
    margins: np.ndarray,
    background: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Paste the plate with its corners on ``quad`` over the background, cut with the margins."""
    low, high = quad.min(axis=0), quad.max(axis=0)
    size = high - low
    origin = low - margins[:2] * size
    extent = np.maximum(size * (1 + margins[:2] + margins[2:]), 4)
    cap = min(1.0, *(np.array(NATIVE_MAX_HW[::-1]) / extent))
    wide, tall = np.maximum(np.round(extent * cap), NATIVE_MIN_HW[::-1]).astype(int)
    corners = ((quad - origin) / extent * (wide, tall)).astype(np.float32)
    canvas = cv2.resize(background, (int(wide), int(tall)), interpolation=cv2.INTER_AREA)
    if rng.random() < HOLDER_SHARE:
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


def _paint_holder(canvas: np.ndarray, corners: np.ndarray, rng: np.random.Generator) -> None:
    """A plate holder or a shadow around the plate."""
    middle = corners.mean(axis=0)
    grown = middle + (corners - middle) * rng.uniform(1.02, 1.2, 2) + rng.uniform(-1, 1, 2)
    gray = float(rng.choice([rng.uniform(0, 80), rng.uniform(0, 255)]))
    cv2.fillConvexPoly(canvas, np.round(grown).astype(np.int32), gray, cv2.LINE_AA)


def spoil(crop: np.ndarray, harm: Harm, rng: np.random.Generator) -> np.ndarray:
    """Light, blur, loss of resolution, noise and JPEG; uint8 crop in, uint8 crop out."""
    image = crop.astype(np.float32)
    image = _lit(image, harm.light, rng)
    image = _blurred(image, harm.blur, rng)
    image = _coarse(image, harm.resolution, rng)
    image = _noisy(image, rng)
    result = np.clip(image, 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        result = _through_jpeg(result, int(rng.uniform(18, 90)))
    if rng.random() < 0.05:  # infrared turns some inks and grounds over
        result = 255 - result
    return result


def _through_jpeg(image: np.ndarray, quality: int) -> np.ndarray:
    coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))


def _lit(image: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Gradients, shadow edges, glare, exposure and contrast."""
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


def _blurred(image: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Defocus and motion, in px of the crop; a tenth of the letter height at most."""
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


def _coarse(image: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Shrunk and enlarged again, or sharpened as cameras do."""
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


def _noisy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    if rng.random() < 0.5:
        grain = rng.standard_normal(image.shape, np.float32)
        image = image + grain * rng.choice(
            [rng.uniform(0.5, 4), rng.uniform(0.5, 4), rng.uniform(3, 14)]
        )
    return image
