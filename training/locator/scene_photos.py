"""Makes photos with drawn plates and known corners, for `benchmarks.locating`.

    python -m training.locator.scene_photos --data DATA --out DIR [--count 400]

Writes `DIR/photos` and `DIR/boxes.csv`. These are the validation photos, whose plates are covered
by drawn ones that were used in no training. They show other people's cars: do not publish them.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import cv2
import numpy as np

from benchmarks.labels import BOX_COLUMNS, CORNER_COLUMNS
from training.locator.boxes import box_around
from training.locator.scenes import ScenePhoto, make_scene
from training.locator.score import validation_photos
from training.plates.draw import random_flat
from training.plates.pool import FlatPool

SEED = 977  # different from the seeds of all trainings
DRAWN_PLATES = 400
PLATE_WIDTHS_PX = (20.0, 200.0)


def fresh_plates(count: int) -> FlatPool:
    """Draws plates that were used in no training."""
    flats = [random_flat(np.random.default_rng([SEED, number])) for number in range(count)]
    return FlatPool(
        (np.stack([flat.image for flat in flats]),),
        tuple(flat.aspect for flat in flats),
        tuple(flat.rows for flat in flats),
        np.empty(0, int),
    )


def main() -> None:
    """Makes the photos and writes them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--count", type=int, default=400, help="number of photos")
    arguments = parser.parse_args()
    (arguments.out / "photos").mkdir(parents=True, exist_ok=True)
    photos, flats = validation_photos(arguments.data), fresh_plates(DRAWN_PLATES)
    with (arguments.out / "boxes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*BOX_COLUMNS, *CORNER_COLUMNS])
        for number in range(arguments.count):
            photo, rng = photos[number % len(photos)], np.random.default_rng([SEED, number])
            scene = make_scene(ScenePhoto(photo.gray, photo.boxes), flats, PLATE_WIDTHS_PX, rng)
            name = f"scene_{number:04d}.png"
            cv2.imwrite(str(arguments.out / "photos" / name), scene.gray)
            for quad, is_drawn in zip(scene.quads, scene.is_drawn, strict=True):
                corners = np.round(quad, 1).ravel() if is_drawn else [""] * 8
                writer.writerow([name, *np.round(box_around(quad), 1), *corners])


if __name__ == "__main__":
    main()
