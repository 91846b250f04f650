"""Imitated photographs of plates."""

import numpy as np

from tests.training.builders import flat
from training.plates.camera import photograph

BACKGROUND = np.full((60, 200), 90, np.uint8)


def test_a_photograph_is_seeded_and_does_not_change_the_plate():
    plate = flat(3)
    before = plate.image.copy()
    first, again = (
        photograph(plate.image, plate.aspect, BACKGROUND, np.random.default_rng(7))
        for _ in range(2)
    )
    assert np.array_equal(first, again)
    assert np.array_equal(plate.image, before)
    assert first.ndim == 2 and first.dtype == np.uint8
