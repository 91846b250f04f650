"""The cabin behind the rear window: seats against the light of the windscreen."""

import numpy as np

from rendering import materials as mat
from rendering.car_shapes import Shape
from rendering.shapes import box
from rendering.surface import Skin

DASHBOARD_M = 1.9  # distance from the foot of the rear window to the dashboard


def add_cabin(skin: Skin, shape: Shape) -> None:
    """Adds the cabin between the rear window and the dashboard."""
    foot, head = skin.points(np.array([[0.0, shape.glass_v[0]], [0.0, shape.glass_v[1]]]))
    cloth = mat.mottled("cloth", (0.02, 0.02, 0.022), (0.05, 0.05, 0.052), 40.0)
    dark = mat.plain("lining", (0.03, 0.03, 0.03), 0.9).material
    sill, roof, y = float(foot[2]), float(head[2]), float(foot[1])
    seat, dash = max(y + 0.45, float(head[1]) + 0.25), y + DASHBOARD_M
    box("rear bench", (-0.60, seat, 0.4), (0.60, seat + 0.14, sill + 0.02), cloth, 0.05)
    for x in (-0.38, 0.38):
        box(
            "headrest",
            (x - 0.13, seat + 0.02, sill),
            (x + 0.13, seat + 0.11, sill + 0.17),
            cloth,
            0.04,
        )
        box(
            "front seat",
            (x - 0.24, seat + 0.85, 0.4),
            (x + 0.24, seat + 0.98, sill + 0.05),
            cloth,
            0.06,
        )
        box(
            "front headrest",
            (x - 0.12, seat + 0.87, sill + 0.02),
            (x + 0.12, seat + 0.95, sill + 0.20),
            cloth,
            0.04,
        )
    box("parcel shelf", (-0.60, y + 0.1, sill - 0.06), (0.60, seat + 0.02, sill - 0.04), dark)
    box("dashboard", (-0.75, dash, 0.4), (0.75, dash + 0.4, sill - 0.03), dark)
    box("roof", (-0.58, float(head[1]) + 0.15, roof + 0.01), (0.58, dash - 0.2, roof + 0.04), dark)
    for side in (-1, 1):
        low, high = sorted((side * 0.62, side * 0.70))
        box("windscreen pillar", (low, dash - 0.25, 0.6), (high, dash - 0.15, roof + 0.03), dark)
    mirror = (-0.11, dash - 0.35, roof - 0.09), (0.11, dash - 0.32, roof - 0.03)
    box("mirror", *mirror, dark, 0.01)
