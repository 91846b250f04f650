"""Turns a clean render into a camera's file: lens, sensor, sharpening, JPEG."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]

COLOUR_FRINGE = 0.0009  # share by which red is larger, and blue smaller, than green
VIGNETTE = 0.22  # share of light lost in the corners
SATURATION = 1.18  # phones show stronger colours than the renderer's film
SHARPENING = 0.55  # phones sharpen strongly
GRAIN_PX = 0.7  # demosaicing correlates the noise of neighbouring pixels


def develop(bgr: NDArray[np.uint8], noise: float, warmth: float, seed: int) -> NDArray[np.uint8]:
    """Adds the effects of a lens and a sensor.

    Args:
        bgr: The render: uint8, (height, width, 3).
        noise: Standard deviation in the mid-tones, 0 to 1.
        warmth: White balance, -1 (blue) to 1 (yellow).
        seed: Seed of the noise.

    Returns:
        uint8, (height, width, 3).
    """
    fringed = _fringe(np.asarray(bgr, dtype=np.float32) / np.float32(255))
    image: Floats32 = np.asarray(cv2.GaussianBlur(fringed, (0, 0), 0.55), dtype=np.float32)
    image *= _vignette(image.shape[0], image.shape[1])[..., None]
    image *= np.array([1 - 0.10 * warmth, 1.0, 1 + 0.07 * warmth], dtype=np.float32)
    gray: Floats32 = image.mean(axis=2, keepdims=True, dtype=np.float32)
    image = gray + SATURATION * (image - gray)
    image += _grain(image, noise, np.random.default_rng(seed))
    soft: Floats32 = np.asarray(cv2.GaussianBlur(image, (0, 0), 1.1), dtype=np.float32)
    image += SHARPENING * (image - soft)
    return np.asarray(np.clip(image * 255 + 0.5, 0, 255), dtype=np.uint8)


def save_jpeg(bgr: NDArray[np.uint8], path: Path, quality: int) -> None:
    """Writes a JPEG with 4:2:0 chroma subsampling, as cameras do.

    Raises:
        OSError: The file could not be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), bgr, [cv2.IMWRITE_JPEG_QUALITY, quality]):
        raise OSError(f"{path}: cannot write JPEG")


def _fringe(image: Floats32) -> Floats32:
    """Adds lateral chromatic aberration."""
    h, w = image.shape[:2]
    channels = []
    scales = (1 - COLOUR_FRINGE, 1.0, 1 + COLOUR_FRINGE)
    for channel, scale in zip(cv2.split(image), scales, strict=True):
        zoom = np.array([[scale, 0, (1 - scale) * w / 2], [0, scale, (1 - scale) * h / 2]])
        channels.append(cv2.warpAffine(channel, zoom, (w, h), borderMode=cv2.BORDER_REPLICATE))
    return np.asarray(cv2.merge(channels), dtype=np.float32)


def _vignette(h: int, w: int) -> Floats32:
    y, x = np.mgrid[-1 : 1 : h * 1j, -1 : 1 : w * 1j]
    return np.asarray(1 - VIGNETTE * ((x * x + y * y) / 2) ** 1.5, dtype=np.float32)


def _grain(image: Floats32, noise: float, rng: np.random.Generator) -> Floats32:
    """Returns shot noise: mostly of luminance, and weaker in deep shadow after the tone curve."""
    h, w = image.shape[:2]
    luminance = rng.normal(0, 1, (h, w, 1)).repeat(3, axis=2)
    colour = rng.normal(0, 0.6, (h, w, 3))
    clumped = cv2.GaussianBlur((luminance + colour).astype(np.float32), (0, 0), GRAIN_PX)
    grain = clumped / max(float(clumped.std()), 1e-6)
    level = 0.45 + 0.8 * np.sqrt(np.clip(image, 0, 1)) * (1.25 - np.clip(image, 0, 1))
    return np.asarray(noise * grain * level, dtype=np.float32)
