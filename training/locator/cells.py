"""Training targets of the detector, for each cell of a scene."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from anpr.locate.locator_input import STRIDE
from training.locator.scenes import SCENE_HW, Scene

CELLS_HW = (SCENE_HW[0] // STRIDE, SCENE_HW[1] // STRIDE)
SPREAD = 0.13  # standard deviation of the hill at a plate's centre, as a share of its side
MIN_SPREAD = 0.5  # cells
MIN_BOX_HEAT = 0.5  # the box is learnt from cells on the hill that are higher than this


class CellTargets(NamedTuple):
    """The targets of all cells of a scene."""

    heat: NDArray[Any]
    """float32, (36, 48): 1 in the cell of a plate's centre, and a hill that falls off around it."""
    weight: NDArray[Any]
    """float32, (36, 48): 0 where it is unknown whether there is a plate, otherwise 1."""
    geometry: NDArray[Any]
    """float32, (4, 36, 48): x and y to the centre, log width and log height, in cells."""
    has_box: NDArray[Any]
    """bool, (36, 48): whether the geometry of a cell counts."""


def cell_targets(scene: Scene) -> CellTargets:
    """Returns the targets of one scene.

    Source of the hills: "Objects as Points", see `anpr.locate.network`.
    """
    rows, columns = CELLS_HW
    heat, weight = np.zeros(CELLS_HW, np.float32), np.ones(CELLS_HW, np.float32)
    geometry = np.zeros((4, *CELLS_HW), np.float32)
    for box in scene.masked:
        x0, y0 = np.floor(box[:2] / STRIDE).astype(int).clip(0)
        x1, y1 = np.ceil(box[2:] / STRIDE).astype(int).clip(0)
        weight[y0:y1, x0:x1] = 0
    x = np.arange(columns, dtype=np.float32)[None] + 0.5
    y = np.arange(rows, dtype=np.float32)[:, None] + 0.5
    for box in scene.boxes() / STRIDE:
        centre, size = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 0.1)
        spread = np.maximum(SPREAD * size, MIN_SPREAD)
        nearest = np.floor(centre).clip(0, (columns - 1, rows - 1)).astype(int)
        peak = nearest + 0.5
        hill = np.exp(
            -0.5 * (((x - peak[0]) / spread[0]) ** 2 + ((y - peak[1]) / spread[1]) ** 2)
        ).astype(np.float32)
        nearer = hill > heat
        values = (centre[0] - x, centre[1] - y, np.log(size[0]), np.log(size[1]))
        for channel, value in enumerate(values):
            geometry[channel][nearer] = np.broadcast_to(value, CELLS_HW)[nearer]
        heat = np.maximum(heat, hill)
        weight[hill > MIN_BOX_HEAT] = 1
    return CellTargets(heat, weight, geometry, heat > MIN_BOX_HEAT)
