"""Pieces of cars and streets without plates, cut from the photos marked for training.

python -m training.data.backgrounds --data DATA --out CACHE/backgrounds.npy
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from training.data.photos import training_photos

PATCH_HW = (64, 160)
PATCHES_A_PHOTO = 3
TRIES = 30
BOX_GROWTH = 0.3  # of a box's sides: keeps holders and half-boxed plates out of the pieces


def overlaps(patch: np.ndarray, boxes: np.ndarray) -> bool:
    """Whether a patch (x0, y0, x1, y1) touches any grown box (N, 4)."""
    grow = (boxes[:, 2:] - boxes[:, :2]) * BOX_GROWTH
    low, high = boxes[:, :2] - grow, boxes[:, 2:] + grow
    apart = (patch[0] > high[:, 0]) | (patch[2] < low[:, 0])
    apart |= (patch[1] > high[:, 1]) | (patch[3] < low[:, 1])
    return bool((~apart).any())


def cut_patches(gray: np.ndarray, boxes: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Up to PATCHES_A_PHOTO pieces (64, 160) uint8 of a photo, each clear of all boxes."""
    height, width = gray.shape
    patches: list[np.ndarray] = []
    for _ in range(TRIES):
        wide = int(np.exp(rng.uniform(np.log(40), np.log(width * 0.6))))
        tall = int(wide / rng.uniform(1.2, 5))
        if tall < 12 or tall >= height or wide >= width:
            continue
        x, y = int(rng.integers(width - wide)), int(rng.integers(height - tall))
        if not overlaps(np.array([x, y, x + wide, y + tall]), boxes):
            patches.append(
                cv2.resize(
                    gray[y : y + tall, x : x + wide], PATCH_HW[::-1], interpolation=cv2.INTER_AREA
                )
            )
        if len(patches) == PATCHES_A_PHOTO:
            break
    return patches


def main() -> None:
    """Cut the pieces and store them as one array (N, 64, 160) uint8."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    patches: list[np.ndarray] = []
    for path, boxes in training_photos(args.data):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        patches += cut_patches(gray, boxes, rng)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.save(args.out, np.stack(patches))


if __name__ == "__main__":
    main()
