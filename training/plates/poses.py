"""How a plate lies in its photo, and how it is cut out: by people, by locators, by our own."""

from __future__ import annotations

import numpy as np

ROLL_DEG, YAW_DEG, PITCH_DEG = 7.0, 18.0, 12.0  # standard deviations of the usual pose
WILD_ROLL_DEG, YAW_MAX_DEG, PITCH_MAX_DEG = 20.0, 38.0, 30.0
WILD_POSE = 0.35
TIGHT_MARGIN = (0.01, 0.03)  # mean, deviation: how people draw boxes, of the box side
LOOSE_MARGIN = (-0.05, 0.2)  # how locators do; little inwards, so that no letter is cut off
LOOSE_SHARE = 0.5
# How our own locator cuts, mean and deviation of the box side: left and right, above and below.
CAREFUL_MARGINS = ((0.015, 0.03), (0.0, 0.07))
CAREFUL_LIMITS = (-0.1, 0.15)
CAREFUL_TURN = 0.4  # of the usual angles: what is left once a plate has been made upright
CAREFUL_LEAN = 0.1  # deviation: sideways, in heights, where the corners were not found exactly


def random_quad(aspect: float, rng: np.random.Generator) -> np.ndarray:
    """Corners (4, 2) float32 of a plate of height 1 seen by a camera, clockwise from top left."""
    wild = rng.random() < WILD_POSE
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


def upright_quad(aspect: float, rng: np.random.Generator) -> np.ndarray:
    """Corners (4, 2) as ``random_quad``, of a plate that was made upright, but not quite."""
    width, height = np.array([[-1, 1, 1, -1], [-1, -1, 1, 1]]) / 2 * [[aspect], [1.0]]
    roll, lean = np.deg2rad(rng.normal(0, ROLL_DEG * CAREFUL_TURN)), rng.normal(0, CAREFUL_LEAN)
    x, y = width + lean * height, height
    cos, sin = np.cos(roll), np.sin(roll)
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1).astype(np.float32)


def random_margins(rng: np.random.Generator, is_careful: bool = False) -> np.ndarray:
    """Margins (left, top, right, bottom) of the crop around the plate, of the plate's box."""
    if is_careful:
        mean, deviation = np.array(CAREFUL_MARGINS * 2).T
        return np.clip(rng.normal(mean, deviation), *CAREFUL_LIMITS)
    if rng.random() < LOOSE_SHARE:
        return rng.uniform(*LOOSE_MARGIN, 4)
    return np.clip(rng.normal(*TIGHT_MARGIN, 4), -0.04, 0.1)
