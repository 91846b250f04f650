"""From a clean render to a camera's file: lens, sensor, sharpening, JPEG."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

FRINGE = 0.0009  # red and blue are this much larger and smaller than green
VIGNETTE = 0.22  # light lost in the corners
SATURATION = 1.18  # phones colour more strongly than the renderer's film
SHARPEN = 0.55  # phones sharpen hard
GRAIN_PX = 0.7  # noise of neighbouring pixels hangs together after demosaicing


def develop(bgr: NDArray[np.uint8], noise: float, warmth: float, seed: int) -> NDArray[np.uint8]:
    """Add what a lens and a sensor do.

    Args:
        bgr: the render, (h, w, 3).
        noise: standard deviation in the mid-tones, 0..1.
        warmth: -1 blue to 1 yellow.
        seed: of the noise.
    """
    seen = _fringe(np.asarray(bgr, dtype=np.float32) / np.float32(255))
    image: Floats = np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.55), dtype=np.float32)
    image *= _vignette(image.shape[0], image.shape[1])[..., None]
    image *= np.array([1 - 0.10 * warmth, 1.0, 1 + 0.07 * warmth], dtype=np.float32)
    gray = image.mean(axis=2, keepdims=True)
    image = gray + SATURATION * (image - gray)
    image += _grain(image, noise, np.random.default_rng(seed))
    soft = cv2.GaussianBlur(image, (0, 0), 1.1)
    image += SHARPEN * (image - soft)
    return np.asarray(np.clip(image * 255 + 0.5, 0, 255), dtype=np.uint8)


def save_jpeg(bgr: NDArray[np.uint8], path: Path, quality: int) -> None:
    """Write a JPEG with 4:2:0 colour, as cameras do.

    Raises:
        OSError: the file could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, quality]):
        raise OSError(f"{path}: cannot write JPEG")


def _fringe(image: Floats) -> Floats:
    """Lateral chromatic aberration."""
    h, w = image.shape[:2]
    channels = []
    for channel, scale in zip(cv2.split(image), (1 - FRINGE, 1.0, 1 + FRINGE), strict=True):
        zoom = np.array([[scale, 0, (1 - scale) * w / 2], [0, scale, (1 - scale) * h / 2]])
        channels.append(cv2.warpAffine(channel, zoom, (w, h), borderMode=cv2.BORDER_REPLICATE))
    return np.asarray(cv2.merge(channels), dtype=np.float32)


def _vignette(h: int, w: int) -> Floats:
    y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    return np.asarray(1 - VIGNETTE * ((x * x + y * y) / 2) ** 1.5, dtype=np.float32)


def _grain(image: Floats, noise: float, rng: np.random.Generator) -> Floats:
    """Shot noise: weaker in deep shadow after the tone curve, mostly of luminance."""
    h, w = image.shape[:2]
    luminance = rng.normal(0, 1, (h, w, 1)).repeat(3, axis=2)
    colour = rng.normal(0, 0.6, (h, w, 3))
    clumped = cv2.GaussianBlur((luminance + colour).astype(np.float32), (0, 0), GRAIN_PX)
    grain = clumped / max(float(clumped.std()), 1e-6)
    level = 0.45 + 0.8 * np.sqrt(np.clip(image, 0, 1)) * (1.25 - np.clip(image, 0, 1))
    return np.asarray(noise * grain * level, dtype=np.float32)
