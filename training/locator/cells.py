"""What the finder should say of each cell of a scene."""

from __future__ import annotations

import numpy as np

from anpr.locate.locator_input import STRIDE
from training.locator.scenes import SCENE_HW, Scene

CELLS_HW = (SCENE_HW[0] // STRIDE, SCENE_HW[1] // STRIDE)
SPREAD = 0.13  # deviation of the hill on the map around a plate's centre, of the plate's side
LEAST_SPREAD = 0.5  # cells
HILLTOP = 0.5  # cells of a hill from which the box is learnt


def cell_targets(scene: Scene) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Hill, weight, geometry and inside of one scene.

    Source of the hill: "Objects as Points", see ``anpr.locate.network``.

    Returns:
        hill: (36, 48) float32, 1 on the cell of a plate's centre, falling off around it.
        weight: (36, 48) float32, 0 where nobody knows.
        geometry: (4, 36, 48) float32: x and y to the centre, logarithms of width and height.
        inside: (36, 48) bool, where the geometry counts.
    """
    rows, columns = CELLS_HW
    hill, weight = np.zeros(CELLS_HW, np.float32), np.ones(CELLS_HW, np.float32)
    geometry = np.zeros((4, *CELLS_HW), np.float32)
    for box in scene.masked:
        x0, y0 = np.floor(box[:2] / STRIDE).astype(int).clip(0)
        x1, y1 = np.ceil(box[2:] / STRIDE).astype(int).clip(0)
        weight[y0:y1, x0:x1] = 0
    x = np.arange(columns, dtype=np.float32)[None] + 0.5
    y = np.arange(rows, dtype=np.float32)[:, None] + 0.5
    for box in scene.boxes() / STRIDE:
        centre, size = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 0.1)
        spread = np.maximum(SPREAD * size, LEAST_SPREAD)
        nearest = np.floor(centre).clip(0, (columns - 1, rows - 1)).astype(int)
        peak = nearest + 0.5
        mine = np.exp(
            -0.5 * (((x - peak[0]) / spread[0]) ** 2 + ((y - peak[1]) / spread[1]) ** 2)
        ).astype(np.float32)
        nearer = mine > hill
        values = (centre[0] - x, centre[1] - y, np.log(size[0]), np.log(size[1]))
        for channel, value in enumerate(values):
            geometry[channel][nearer] = np.broadcast_to(value, CELLS_HW)[nearer]
        hill = np.maximum(hill, mine)
        weight[mine > HILLTOP] = 1
    return hill, weight, geometry, hill > HILLTOP
