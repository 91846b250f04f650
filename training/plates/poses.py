"""Poses of a plate in its photo, and the margins with which people and locators cut it out."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.types import Quad

ROLL_DEG, YAW_DEG, PITCH_DEG = 7.0, 18.0, 12.0  # standard deviations of an ordinary pose
WILD_ROLL_DEG, YAW_MAX_DEG, PITCH_MAX_DEG = 20.0, 38.0, 30.0
WILD_POSE_CHANCE = 0.35
# Margins, as shares of the side of the plate's box.
TIGHT_MARGIN = (0.01, 0.03)  # mean and deviation, as people draw boxes
# Minimum and maximum, as other locators cut; hardly inwards, so that no letter is cut off.
LOOSE_MARGIN = (-0.05, 0.2)
LOOSE_CHANCE = 0.5
# As our own locator cuts: mean and deviation, left and right, then above and below.
CAREFUL_MARGINS = ((0.015, 0.03), (0.0, 0.07))
CAREFUL_LIMITS = (-0.1, 0.15)
CAREFUL_TURN = 0.4  # of the ordinary angles: the rest after a plate has been rectified
CAREFUL_LEAN = 0.1  # deviation of the shear, in heights: the corners are not found exactly


def random_quad(aspect: float, rng: np.random.Generator) -> Quad:
    """Chooses the pose of a plate of height 1 in front of a camera.

    Returns:
        Its corners, clockwise from the top left: float32, (4, 2).
    """
    wild = rng.random() < WILD_POSE_CHANCE
    roll = rng.uniform(-WILD_ROLL_DEG, WILD_ROLL_DEG) if wild else rng.normal(0, ROLL_DEG)
    yaw = np.clip(rng.normal(0, YAW_DEG * (1.5 if wild else 1)), -YAW_MAX_DEG, YAW_MAX_DEG)
    pitch = np.clip(rng.normal(0, PITCH_DEG), -PITCH_MAX_DEG, PITCH_MAX_DEG)
    cr, sr, cy, sy, cp, sp = (
        f(np.deg2rad(v)) for v in (roll, yaw, pitch) for f in (np.cos, np.sin)
    )
    x = np.array([-aspect, aspect, aspect, -aspect]) / 2
    y = np.array([-1.0, -1.0, 1.0, 1.0]) / 2
    xs, z = x * cy, x * sy
    ys, z = y * cp - z * sp, y * sp + z * cp
    depth = rng.uniform(3, 14) * aspect
    scale = depth / (depth + z)
    xs, ys = xs * scale, ys * scale
    return np.stack([xs * cr - ys * sr, xs * sr + ys * cr], axis=1).astype(np.float32)


def upright_quad(aspect: float, rng: np.random.Generator) -> Quad:
    """Chooses the pose of a plate that has been rectified, but not exactly; see `random_quad`."""
    width, height = np.array([[-1, 1, 1, -1], [-1, -1, 1, 1]]) / 2 * [[aspect], [1.0]]
    roll, lean = np.deg2rad(rng.normal(0, ROLL_DEG * CAREFUL_TURN)), rng.normal(0, CAREFUL_LEAN)
    x, y = width + lean * height, height
    cos, sin = np.cos(roll), np.sin(roll)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1).astype(np.float32)


def random_margins(rng: np.random.Generator, is_careful: bool = False) -> NDArray[Any]:
    """Chooses the margins of a crop: left, top, right, bottom, as shares of the plate's box.

    Args:
        rng: Source of randomness.
        is_careful: Whether our own locator cut the plate out.
    """
    if is_careful:
        mean, deviation = np.array(CAREFUL_MARGINS * 2).T
        return np.asarray(np.clip(rng.normal(mean, deviation), *CAREFUL_LIMITS))
    if rng.random() < LOOSE_CHANCE:
        return rng.uniform(*LOOSE_MARGIN, 4)
    return np.clip(rng.normal(*TIGHT_MARGIN, 4), -0.04, 0.1)
