"""Real plates for training and scoring: cut once from the photos, kept in one file.

    python -m training.real_crops --data DATA --out CACHE/real.npz

Each plate is kept with a quarter of its size around it, so that training can move the crop.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from anpr.locate.network import NetworkLocator, intersection_over_union
from anpr.plate import side_lengths
from training.pasting import box_around, corners_of
from training.photos import box_of, read_rows
from training.plates.world import REAL_HARM, random_margins, spoil

TRANSCRIPTS = Path(__file__).with_name("transcripts.csv")
CONTEXT = 0.25  # of the box, kept on every side
SAME_PLATE = 0.4  # overlap of a found plate with the labelled box, at least
STORED_HW = (96, 320)  # px of box and context together, stretched
DEV_SHARE_PERCENT = 10  # of the plates, held out by their text: two photos of a car stay together
TURN_DEG = 5.0
SHEAR = 0.12
KEYSTONE = 0.06
USUAL_ASPECT = 3.0  # of a plate: a turn of the plate is a steeper one of its unit square
MAX_RISE = 0.25  # of the height: a farther turn would leave the stored context


@dataclass(frozen=True)
class RealCrops:
    """Real plates with their surroundings.

    Attributes:
        images: (N, 96, 320) uint8, plate grown by CONTEXT on every side, stretched.
        sizes: (N, 2) float32, width and height of the plate in px of its photo.
        texts: what they say.
        lines: (N,) 1 or 2.
    """

    images: np.ndarray
    sizes: np.ndarray
    texts: np.ndarray
    lines: np.ndarray

    def subset(self, chosen: np.ndarray) -> RealCrops:
        """The plates where the boolean array ``chosen`` (N,) is true."""
        return RealCrops(
            self.images[chosen], self.sizes[chosen], self.texts[chosen], self.lines[chosen]
        )


def cut(gray: np.ndarray, quad: np.ndarray) -> np.ndarray:
    """A plate with its context, (96, 320) uint8; beyond the photo its edge is repeated.

    Args:
        gray: (H, W) uint8.
        quad: (4, 2) its corners, clockwise from the top left; those of its box will do.
    """
    across = (quad[1] - quad[0] + quad[2] - quad[3]) / 2 * CONTEXT
    down = (quad[3] - quad[0] + quad[2] - quad[1]) / 2 * CONTEXT
    corners = quad + np.stack([-across - down, across - down, across + down, down - across])
    tall, wide = STORED_HW
    target = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32)
    width, height = side_lengths(quad)
    shrink = max(width / wide, height / tall)
    if shrink > 1:  # warping does not average: blur first what it would skip
        gray = cv2.GaussianBlur(gray, (0, 0), shrink * 0.4)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(
        cv2.warpPerspective(gray, matrix, (wide, tall), borderMode=cv2.BORDER_REPLICATE)
    )


def found_corners(
    gray: np.ndarray, box: np.ndarray, locator: NetworkLocator
) -> Iterator[np.ndarray]:
    """The corners (4, 2) that the locator sees for a labelled box (4,), where it sees the plate."""
    for candidate in locator.candidates(gray):
        if candidate.corners is not None:
            around = box_around(candidate.corners)
            if intersection_over_union(box, around[None])[0] > SAME_PLATE:
                yield candidate.corners
                return


def cut_all(data: Path, transcripts: Path) -> RealCrops:
    """Cut every plate whose transcriber was sure out of its photo.

    Twice: as its box was drawn, and upright, as the locator finds it.

    Raises:
        ValueError: a photo cannot be decoded.
    """
    rows = [row for row in read_rows(transcripts) if row["sure"] == "1"]
    locator = NetworkLocator()
    images, sizes, texts, lines = [], [], [], []
    for row in rows:
        path = data / row["set"] / "photos" / row["photo"]
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        box = np.array(box_of(row), np.float32)
        for quad in (corners_of(box), *found_corners(gray, box, locator)):
            images.append(cut(gray, quad))
            sizes.append(side_lengths(quad))
            texts.append(row["text"])
            lines.append(int(row["lines"]))
    return RealCrops(
        np.stack(images), np.array(sizes, np.float32), np.array(texts), np.array(lines)
    )


def load(path: Path) -> RealCrops:
    """Read the file that ``main`` wrote."""
    with np.load(path) as stored:
        return RealCrops(*(stored[name] for name in ("images", "sizes", "texts", "lines")))


def is_dev(crops: RealCrops) -> np.ndarray:
    """(N,) bool: plates held out to watch training, chosen by their text."""
    return np.array([zlib.crc32(text.encode()) % 100 < DEV_SHARE_PERCENT for text in crops.texts])


def plain_crop(crops: RealCrops, index: int) -> np.ndarray:
    """The plate as its box was drawn, (h, w) uint8 at the box's own resolution."""
    return _window(crops, index, np.zeros(4), np.eye(3))


def disturbed_crop(crops: RealCrops, index: int, rng: np.random.Generator) -> np.ndarray:
    """The plate cut carelessly, turned, sheared and spoilt: (48, 160) uint8 canvas."""
    return spoil(_window(crops, index, random_margins(rng), _disturbance(rng)), REAL_HARM, rng)


def _disturbance(rng: np.random.Generator) -> np.ndarray:
    """A small homography (3, 3) of the unit square about its middle."""
    angle, shear = np.deg2rad(rng.normal(0, TURN_DEG)), rng.normal(0, SHEAR)
    rise = np.clip(np.sin(angle) * USUAL_ASPECT, -MAX_RISE, MAX_RISE)
    lean = np.sin(angle) / USUAL_ASPECT
    turn = np.array([[np.cos(angle), -lean, 0], [rise, np.cos(angle), 0], [0, 0, 1]])
    keystone = np.array([[1, shear / USUAL_ASPECT, 0], [0, 1, 0], [*rng.normal(0, KEYSTONE, 2), 1]])
    return np.asarray(turn @ keystone)


def _window(crops: RealCrops, index: int, margins: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Sample the box plus margins through a homography of the box's unit square."""
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
    """Cut and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--transcripts", type=Path, default=TRANSCRIPTS)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    crops = cut_all(args.data, args.transcripts)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez(args.out, images=crops.images, sizes=crops.sizes, texts=crops.texts, lines=crops.lines)


if __name__ == "__main__":
    main()
