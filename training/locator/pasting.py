"""Pastes a flat picture into a photo, with the brightness and the blur of its surroundings."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image, Quad
from training.locator.boxes import box_around

PAINTED_OUT_GROWTH = 0.12  # on each side, so that the edge of the plate goes as well
INVERTED_CHANCE = 0.04


def paint_out(canvas: Image, box: NDArray[Any]) -> None:
    """Fills a slightly grown box with the grays to the left and to the right of it."""
    grow = (box[2:] - box[:2]) * PAINTED_OUT_GROWTH
    x0, y0 = np.maximum(box[:2] - grow, 0).astype(int)
    x1, y1 = np.minimum(box[2:] + grow + 1, canvas.shape[::-1]).astype(int)
    left = canvas[y0:y1, max(0, x0 - 3) : max(1, x0)].mean(axis=1)
    right = canvas[y0:y1, min(x1, canvas.shape[1] - 1) : x1 + 3].mean(axis=1)
    ramp = np.linspace(0, 1, x1 - x0)
    fill = left[:, None] * (1 - ramp) + right[:, None] * ramp
    canvas[y0:y1, x0:x1] = cv2.GaussianBlur(fill.astype(np.uint8), (0, 0), 2)


def paint_holder(canvas: Image, quad: Quad, rng: np.random.Generator) -> None:
    """Paints a frame, bumper or recess around a plate."""
    middle = quad.mean(axis=0)
    grown = middle + (quad - middle) * rng.uniform(1.03, 1.35, 2)
    cv2.fillConvexPoly(
        canvas, np.round(grown * 8).astype(np.int32), float(rng.uniform(0, 255)), cv2.LINE_AA, 3
    )


def paste(canvas: Image, flat: Image, quad: Quad, rng: np.random.Generator) -> None:
    """Pastes a flat picture with its corners on a quad, as dark and as soft as its surroundings."""
    wide = float(np.linalg.norm(quad[1] - quad[0]))
    tall = float(np.linalg.norm(quad[3] - quad[0]))
    size_wh = (
        max(3, min(flat.shape[1], round(wide * 1.2))),
        max(3, min(flat.shape[0], round(tall * 1.2))),
    )
    small = cv2.resize(flat, size_wh, interpolation=cv2.INTER_AREA)
    box = box_around(quad)
    x0, y0 = np.clip(box[:2] - 4, 0, np.array(canvas.shape[::-1]) - 2).astype(int)
    x1, y1 = np.clip(box[2:] + 5, (x0 + 2, y0 + 2), canvas.shape[::-1]).astype(int)
    part = canvas[y0:y1, x0:x1]
    light = float(np.clip(part.mean() * rng.uniform(0.8, 2.6), 35, 255))
    dark = light * rng.uniform(0.0, 0.35)
    pixels = dark + small.astype(np.float32) * ((light - dark) / 255)
    source = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32) * np.array(size_wh, np.float32)
    matrix = cv2.getPerspectiveTransform(source - 0.5, (quad - (x0, y0)).astype(np.float32) - 0.5)
    size = (int(x1 - x0), int(y1 - y0))
    cover = cv2.warpPerspective(np.ones(small.shape, np.float32), matrix, size)
    layer = cv2.warpPerspective(pixels, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.6:
        sigma = rng.uniform(0.3, 0.4 + 0.015 * tall)
        layer, cover = (cv2.GaussianBlur(v, (0, 0), sigma) for v in (layer, cover))
    part[:] = np.clip(part + (layer - part) * cover, 0, 255).astype(np.uint8)


def degraded(canvas: Image, rng: np.random.Generator) -> Image:
    """Changes the light of a whole scene, blurs it and adds noise and JPEG artefacts."""
    if rng.random() < 0.7:
        levels = np.arange(256, dtype=np.float32) / 255
        levels = levels ** np.exp(rng.normal(0, 0.4)) * rng.uniform(0.35, 1.25)
        levels = levels + rng.uniform(-0.1, 0.15)
        canvas = cv2.LUT(canvas, np.clip(levels * 255, 0, 255).astype(np.uint8))
    if rng.random() < 0.2:
        canvas = cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.35:
        grain = np.empty(canvas.shape, np.int16)
        cv2.randn(grain, np.array([0.0]), np.array([rng.uniform(1, 14)]))
        canvas = cv2.add(canvas, grain, dtype=cv2.CV_8U)
    if rng.random() < 0.2:
        coded = cv2.imencode(".jpg", canvas, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(20, 80))])
        canvas = np.asarray(cv2.imdecode(coded[1], cv2.IMREAD_GRAYSCALE))
    return 255 - canvas if rng.random() < INVERTED_CHANCE else canvas
