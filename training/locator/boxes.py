"""Upright boxes, as edges (left, top, right, bottom) in pixels, and their corners."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.types import Quad


def box_around(points: NDArray[Any]) -> NDArray[Any]:
    """Returns the upright box (4,) around points (n, 2)."""
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def corners_of(box: NDArray[Any]) -> Quad:
    """Returns the corners (4, 2) of a box (4,), clockwise from the top left."""
    left, top, right, bottom = box
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)


def intersection_over_union(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Returns how far boxes overlap, 0 to 1.

    >>> box = np.array([0, 0, 10, 10])
    >>> others = np.array([[0, 0, 10, 10], [5, 0, 10, 10], [10, 0, 20, 10]])
    >>> intersection_over_union(box, others).tolist()
    [1.0, 0.5, 0.0]

    Args:
        one: (4,) or (n, 4).
        other: (n, 4).

    Returns:
        float, (n,).
    """
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., 2:], other[..., 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=-1)
    areas = [np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1) for boxes in (one, other)]
    overlaps: NDArray[Any] = shared / np.maximum(areas[0] + areas[1] - shared, 1e-9)
    return overlaps
