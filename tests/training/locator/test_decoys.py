"""Decoys, which look like plates but are not."""

import numpy as np

from training.locator.decoys import draw_decoy


def test_decoys_are_seeded_and_of_the_requested_shape():
    for seed in range(20):
        decoy, again = (draw_decoy(2.5, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(decoy, again)
        assert decoy.shape == (64, 160)
        assert decoy.std() > 3, "something is drawn on it"
