"""Cuts pieces of cars and streets without a plate out of the photos that may be trained on.

python -m training.data.backgrounds --data DATA --out CACHE/backgrounds.npy
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image
from training.data.photos import training_photos

PATCH_HW = (64, 160)
PATCHES_PER_PHOTO = 3
TRIES = 30  # maximum number of random boxes tried per photo
BOX_GROWTH = 0.3  # share of a box's sides: keeps holders and half-boxed plates out of the patches


def overlaps(patch: NDArray[Any], boxes: NDArray[Any]) -> bool:
    """Returns whether a patch (left, top, right, bottom) touches any of the grown boxes (n, 4)."""
    grow = (boxes[:, 2:] - boxes[:, :2]) * BOX_GROWTH
    low, high = boxes[:, :2] - grow, boxes[:, 2:] + grow
    apart = (patch[0] > high[:, 0]) | (patch[2] < low[:, 0])
    apart |= (patch[1] > high[:, 1]) | (patch[3] < low[:, 1])
    return bool((~apart).any())


def cut_patches(gray: Image, boxes: NDArray[Any], rng: np.random.Generator) -> list[Image]:
    """Cuts up to `PATCHES_PER_PHOTO` patches out of a photo, clear of all boxes.

    Args:
        gray: uint8, (height, width).
        boxes: (n, 4): left, top, right, bottom in pixels.
        rng: Source of randomness.

    Returns:
        The patches: each uint8, (64, 160).
    """
    height, width = gray.shape
    patches: list[Image] = []
    for _ in range(TRIES):
        wide = int(np.exp(rng.uniform(np.log(40), np.log(width * 0.6))))
        tall = int(wide / rng.uniform(1.2, 5))
        if tall < 12 or tall >= height or wide >= width:
            continue
        x, y = int(rng.integers(width - wide)), int(rng.integers(height - tall))
        if not overlaps(np.array([x, y, x + wide, y + tall]), boxes):
            patch = gray[y : y + tall, x : x + wide]
            patches.append(cv2.resize(patch, PATCH_HW[::-1], interpolation=cv2.INTER_AREA))
        if len(patches) == PATCHES_PER_PHOTO:
            break
    return patches


def main() -> None:
    """Cuts the patches and stores them as one array: uint8, (n, 64, 160)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    patches: list[Image] = []
    for path, boxes in training_photos(arguments.data):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        patches += cut_patches(gray, boxes, rng)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    np.save(arguments.out, np.stack(patches))


if __name__ == "__main__":
    main()
