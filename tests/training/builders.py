"""Drawn plates and a photo for the tests of training."""

from functools import cache

import numpy as np

from training.locator.scenes import Scene, ScenePhoto, make_scene
from training.plates.draw import Flat, random_flat
from training.plates.pool import FlatPool

STREET = np.random.default_rng(0).integers(60, 120, (300, 400), np.uint8)
STREET_PHOTO = ScenePhoto(STREET, boxes=np.array([[150.0, 200, 230, 225]]))
SCENE_WIDTHS_PX = (20.0, 200.0)


@cache
def flat(seed: int) -> Flat:
    """Returns a plate of a random style."""
    return random_flat(np.random.default_rng(seed))


@cache
def pool() -> FlatPool:
    """Returns a pool of six plates."""
    plates = [flat(seed) for seed in range(6)]
    return FlatPool(
        (np.stack([plate.image for plate in plates]),),
        tuple(plate.aspect for plate in plates),
        tuple(plate.rows for plate in plates),
        np.empty(0, int),
    )


def scene(seed: int, photo: ScenePhoto = STREET_PHOTO) -> Scene:
    """Returns a scene that is made from a photo."""
    return make_scene(photo, pool(), SCENE_WIDTHS_PX, np.random.default_rng(seed))
