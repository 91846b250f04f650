"""The skin of a car's rear as one smooth function of two coordinates.

`s` is the distance along the skin, in metres, from the centre line (0) around the corner to the
flank. `v` is a height label that follows the profile from the bumper up to the roof. Panels, lamps
and glass are outlines in (s, v); so all of them share one skin, and their edges meet.

World frame, in metres: x to the right, y forward (the camera is at negative y), z up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rendering.outlines import Floats

Bump = Callable[[Floats, Floats], Floats]
"""Height of creases above the skin, in metres, as a function of s and v."""

FLANK_HEADING = np.deg2rad(87.0)  # a flank narrows slightly towards the back
NORMAL_STEP_M = 1e-3  # of the finite differences; far below any radius in the model


@dataclass(frozen=True)
class Profile:
    """Control points of the skin: (n,) each, lengths in metres."""

    v: Floats
    """Height labels, increasing."""
    y: Floats
    """Forward position of the centre line."""
    z: Floats
    """Height of the centre line."""
    half_width: Floats
    """Distance from the centre line to the flank."""
    corner: Floats
    """Radius of the corner, seen from above."""

    @classmethod
    def from_rows(cls, rows: list[tuple[float, float, float, float, float]]) -> "Profile":
        """Makes a profile from rows of (v, y, z, half_width, corner)."""
        return cls(*np.array(rows, dtype=np.float64).T)


def monotone_cubic(knots: Floats, values: Floats, at: Floats) -> Floats:
    """Interpolates without overshoot; constant outside the knots.

    Source: F. N. Fritsch, J. Butland, "A Method for Constructing Local Monotone Piecewise Cubic
    Interpolants", 1984.
    """
    step = np.diff(knots)
    slope = np.diff(values) / step
    product = slope[:-1] * slope[1:]
    total = slope[:-1] + slope[1:]
    inner = np.where(product > 0, 2 * product / np.where(total == 0, 1, total), 0.0)
    tangent = np.concatenate([slope[:1], inner, slope[-1:]])
    at = np.clip(at, knots[0], knots[-1])
    i = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(step) - 1)
    t = (at - knots[i]) / step[i]
    rise = (values[i + 1] - values[i]) * t * t * (3 - 2 * t)
    bend = step[i] * t * (1 - t) * (tangent[i] * (1 - t) - tangent[i + 1] * t)
    return np.asarray(values[i] + rise + bend)


@dataclass(frozen=True)
class Skin:
    """The skin: a profile swept around the back of the car."""

    profile: Profile
    crown_radius: float
    """Radius of the tailgate seen from above, in metres."""
    bump: Bump
    """The creases."""

    def smooth_points(self, s: Floats, v: Floats) -> Floats:
        """Returns points (n, 3) of the skin without creases."""
        p = self.profile
        y0, z = (monotone_cubic(p.v, values, v) for values in (p.y, p.z))
        width, corner = (monotone_cubic(p.v, values, v) for values in (p.half_width, p.corner))
        crown, side = self.crown_radius, np.abs(s)
        sin_turn = (width - corner * np.sin(FLANK_HEADING)) / (crown - corner)
        turn = np.arcsin(np.clip(sin_turn, 0.0, 0.9))  # heading where the corner begins
        on_crown = np.minimum(side / crown, turn)
        left = side - crown * on_crown
        heading = np.minimum(turn + left / corner, FLANK_HEADING)
        straight = np.maximum(left - corner * (FLANK_HEADING - turn), 0.0)
        x = crown * np.sin(on_crown) + corner * (np.sin(heading) - np.sin(turn))
        y = crown * (1 - np.cos(on_crown)) + corner * (np.cos(turn) - np.cos(heading))
        x += straight * np.cos(FLANK_HEADING)
        y += straight * np.sin(FLANK_HEADING)
        return np.column_stack([np.sign(s) * x, y0 + y, z])

    def normals(self, s: Floats, v: Floats) -> Floats:
        """Returns unit normals (n, 3) of the skin without creases, pointing out of the car."""
        e = NORMAL_STEP_M
        along = self.smooth_points(s + e, v) - self.smooth_points(s - e, v)
        up = self.smooth_points(s, v + e) - self.smooth_points(s, v - e)
        normal = np.cross(along, up)
        length = np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
        return np.asarray(normal / length)

    def points(self, sv: Floats, lift: Floats | float = 0.0) -> Floats:
        """Returns points (n, 3) that lie `lift` metres above the skin at `sv` (n, 2)."""
        s, v = sv[:, 0], sv[:, 1]
        height = np.asarray(self.bump(s, v) + lift)
        return np.asarray(self.smooth_points(s, v) + self.normals(s, v) * height[:, None])
