"""Real plates for training and scoring: cut out of the photos once and kept in one file.

    python -m training.data.real_crops --data DATA --out CACHE/real.npz

Each plate is stored with a quarter of its size around it, so that training can move the crop.
"""

from __future__ import annotations

import argparse
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image
from training.data.photos import box_of, read_rows
from training.plates.camera import REAL_DEGRADATION, degrade
from training.plates.poses import CAREFUL_TURN, random_margins

TRANSCRIPTS = Path(__file__).with_name("transcripts.csv")
CONTEXT = 0.25  # stored on every side, as a share of the box
STORED_HW = (96, 320)  # px; box and context together are stretched to it
DEV_SHARE_PERCENT = 10  # of the plates, held out by text, so that two photos of a car stay together
TURN_DEG = 5.0
SHEAR = 0.12
KEYSTONE = 0.06
TYPICAL_ASPECT = 3.0  # of a plate; converts a turn of the plate into one of its unit square
MAX_RISE = 0.25  # of the height: a larger turn would leave the stored context


@dataclass(frozen=True)
class RealCrops:
    """Real plates with their surroundings."""

    images: NDArray[Any]
    """uint8, (n, 96, 320): the box grown by `CONTEXT` on every side, stretched."""
    sizes: NDArray[Any]
    """float32, (n, 2): width and height of the box in pixels of its photo."""
    texts: NDArray[Any]
    """str, (n,): the texts of the plates."""
    lines: NDArray[Any]
    """int, (n,): number of lines, 1 or 2."""

    def subset(self, chosen: NDArray[Any]) -> RealCrops:
        """Returns the plates for which a boolean array (n,) is true."""
        return RealCrops(
            self.images[chosen], self.sizes[chosen], self.texts[chosen], self.lines[chosen]
        )


def cut(gray: Image, box: tuple[float, float, float, float]) -> Image:
    """Cuts out a box with its context: uint8, (96, 320). Outside the photo, its edge is repeated.

    Args:
        gray: uint8, (height, width).
        box: Left, top, right, bottom in pixels.
    """
    x0, y0, x1, y1 = box
    margin = np.array([x1 - x0, y1 - y0]) * CONTEXT
    corners = np.array([[x0, y0], [x1, y0], [x0, y1]], np.float32)
    corners += np.array([[-1, -1], [1, -1], [-1, 1]], np.float32) * margin.astype(np.float32)
    tall, wide = STORED_HW
    target = np.array([[0, 0], [wide, 0], [0, tall]], np.float32)
    shrink = max((x1 - x0) / wide, (y1 - y0) / tall)
    if shrink > 1:  # warpAffine skips pixels when it shrinks: average them first
        gray = cv2.GaussianBlur(gray, (0, 0), shrink * 0.4)
    return cv2.warpAffine(
        gray,
        cv2.getAffineTransform(corners, target),
        (wide, tall),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def cut_all(data: Path, transcripts: Path) -> RealCrops:
    """Cuts every plate out of its photo whose transcriber was sure.

    Raises:
        ValueError: A photo cannot be decoded.
    """
    rows = [row for row in read_rows(transcripts) if row["sure"] == "1"]
    images, sizes = [], []
    for row in rows:
        path = data / row["set"] / "photos" / row["photo"]
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        box = box_of(row)
        images.append(cut(gray, box))
        sizes.append((box[2] - box[0], box[3] - box[1]))
    return RealCrops(
        np.stack(images),
        np.array(sizes, np.float32),
        np.array([row["text"] for row in rows]),
        np.array([int(row["lines"]) for row in rows]),
    )


def load(path: Path) -> RealCrops:
    """Reads the file that `main` wrote."""
    with np.load(path) as stored:
        return RealCrops(*(stored[name] for name in ("images", "sizes", "texts", "lines")))


def is_dev(crops: RealCrops) -> NDArray[Any]:
    """Returns which plates are held out of training, chosen by their text: bool, (n,)."""
    return np.array([zlib.crc32(text.encode()) % 100 < DEV_SHARE_PERCENT for text in crops.texts])


def plain_crop(crops: RealCrops, index: int) -> Image:
    """Returns a plate as its box was drawn: uint8, at most 72 high and 240 wide."""
    return _window(crops, index, np.zeros(4), np.eye(3))


def disturbed_crop(
    crops: RealCrops, index: int, rng: np.random.Generator, is_careful: bool = False
) -> Image:
    """Cuts a plate carelessly, or as our own locator does, and degrades the crop.

    Returns:
        uint8, of a size as in `plain_crop`.
    """
    change = _disturbance(rng, CAREFUL_TURN if is_careful else 1.0)
    crop = _window(crops, index, random_margins(rng, is_careful), change)
    return degrade(crop, REAL_DEGRADATION, rng)


def _disturbance(rng: np.random.Generator, share: float) -> NDArray[Any]:
    """Returns a small random homography (3, 3) of the unit square, about its centre.

    Args:
        rng: Source of randomness.
        share: Factor for all angles; 1 is the usual range.
    """
    angle, shear = np.deg2rad(rng.normal(0, TURN_DEG * share)), rng.normal(0, SHEAR * share)
    rise = np.clip(np.sin(angle) * TYPICAL_ASPECT, -MAX_RISE, MAX_RISE)
    lean = np.sin(angle) / TYPICAL_ASPECT
    turn = np.array([[np.cos(angle), -lean, 0], [rise, np.cos(angle), 0], [0, 0, 1]])
    keystone = np.array(
        [[1, shear / TYPICAL_ASPECT, 0], [0, 1, 0], [*rng.normal(0, KEYSTONE * share, 2), 1]]
    )
    return np.asarray(turn @ keystone)


def _window(crops: RealCrops, index: int, margins: NDArray[Any], change: NDArray[Any]) -> Image:
    """Samples the box plus margins through a homography of the box's unit square."""
    tall, wide = STORED_HW
    grown = 1 + 2 * CONTEXT
    low, high = -margins[:2], 1 + margins[2:]
    unit = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    moved = np.c_[unit - 0.5, np.ones(4)] @ change.T
    moved = moved[:, :2] / moved[:, 2:] + 0.5
    source = ((moved + CONTEXT) / grown * (wide, tall)).astype(np.float32)
    size = np.clip(crops.sizes[index] * (high - low), 8, (240, 72)).astype(int)
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    image = crops.images[index]
    return np.asarray(
        cv2.warpPerspective(
            image,
            matrix,
            tuple(int(v) for v in size),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def main() -> None:
    """Cuts the plates and stores them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--transcripts", type=Path, default=TRANSCRIPTS)
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    arguments = parser.parse_args()
    crops = cut_all(arguments.data, arguments.transcripts)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        arguments.out, images=crops.images, sizes=crops.sizes, texts=crops.texts, lines=crops.lines
    )


if __name__ == "__main__":
    main()
