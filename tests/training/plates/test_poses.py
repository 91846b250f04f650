"""Poses and margins of plates."""

import numpy as np

from training.plates.poses import CAREFUL_LIMITS, random_margins, random_quad, upright_quad


def tilt_deviation(pose) -> float:
    rng = np.random.default_rng(0)
    quads = [pose(4.0, rng) for _ in range(300)]
    return float(np.std([np.arctan2(*(quad[1] - quad[0])[::-1]) for quad in quads]))


def test_plates_cut_out_by_our_own_locator_are_almost_upright():
    assert tilt_deviation(upright_quad) < tilt_deviation(random_quad) / 2


def test_plates_cut_out_by_our_own_locator_have_narrow_margins():
    rng = np.random.default_rng(0)
    careful = np.array([random_margins(rng, is_careful=True) for _ in range(300)])
    loose = np.array([random_margins(rng) for _ in range(300)])
    assert careful.min() >= CAREFUL_LIMITS[0] and careful.max() <= CAREFUL_LIMITS[1]
    assert careful.std() < loose.std()
