"""Three car bodies, each a profile of the skin and the outlines cut out of it, in metres.

Outlines are drawn in the coordinates (s, v) of `surface.py`. The bodies only have to look like cars
of their kind.
"""

from dataclasses import dataclass

import numpy as np

from rendering.outlines import Floats, Outline, mirrored, polygon, rectangle
from rendering.surface import Profile

Corners = list[tuple[float, float]]


@dataclass(frozen=True)
class Shape:
    """One body."""

    profile: Profile
    """The profile of its skin."""
    gate: Outline
    """Tailgate or boot lid."""
    glass: Outline
    """Rear window; it is in the gate, except that of the saloon."""
    glass_v: tuple[float, float]
    """Height labels of the bottom and the top of the rear window."""
    side_glass: Outline
    """Rearmost side windows."""
    lamp: Outline
    """Tail lamps."""
    guides: tuple[Corners, ...]
    """Light guides inside the right lamp, as lines of (s, v)."""
    bumper: Outline
    """Cover of the bumper."""
    diffuser: Outline
    """Dark plastic at the lower edge of the bumper."""
    reflectors: Outline
    """Red reflectors in the bumper."""
    high_lamp: Outline
    """Third brake lamp."""
    badge_v: float
    """Height label of the badge."""
    wheel: tuple[float, float, float]
    """Position (s, v) of the rear wheel on the flank, and its radius."""
    flank: float
    """The s at which the flanks end."""
    wiper: bool
    """Whether the rear window has a wiper."""

    def wheel_arch(self, p: Floats) -> Floats:
        """Returns the signed distances of points (n, 2) to the openings around the rear wheels."""
        s, v, radius = self.wheel
        return np.asarray(np.hypot(np.abs(p[:, 0]) - s, p[:, 1] - v) - radius - 0.045)


def _symmetric(right: Corners, rounding: float) -> Outline:
    """Returns an outline across the centre line from its right half, listed from the bottom up."""
    left = [(-s, v) for s, v in reversed(right)]
    return polygon(right + left, rounding)


_LOWER = [  # bumper and its shelf, the same on all bodies
    (0.20, 0.160, 0.220, 0.800, 0.20),
    (0.28, 0.050, 0.285, 0.850, 0.20),
    (0.38, 0.012, 0.380, 0.875, 0.19),
    (0.50, 0.000, 0.500, 0.886, 0.18),
    (0.57, 0.006, 0.570, 0.888, 0.17),
    (0.605, 0.030, 0.602, 0.888, 0.17),
    (0.63, 0.075, 0.616, 0.886, 0.17),
    (0.66, 0.097, 0.645, 0.885, 0.17),
]
_BUMPER = _symmetric([(1.30, 0.20), (1.30, 0.60), (0.80, 0.625), (0.66, 0.642)], 0.0)

HATCHBACK = Shape(
    profile=Profile.from_rows(
        [
            *_LOWER,
            (0.8, 0.096, 0.79, 0.885, 0.17),
            (0.95, 0.118, 0.94, 0.875, 0.18),
            (1.03, 0.152, 1.015, 0.852, 0.18),
            (1.1, 0.197, 1.08, 0.82, 0.18),
            (1.25, 0.3, 1.225, 0.738, 0.17),
            (1.42, 0.43, 1.385, 0.64, 0.16),
            (1.45, 0.395, 1.412, 0.625, 0.15),
            (1.48, 0.4, 1.442, 0.612, 0.15),
            (1.56, 0.51, 1.474, 0.6, 0.15),
            (1.8, 0.85, 1.49, 0.6, 0.15),
        ]
    ),
    gate=_symmetric([(0.55, 0.66), (0.60, 0.80), (0.655, 0.99), (0.60, 1.16), (0.50, 1.44)], 0.02),
    glass=_symmetric([(0.545, 1.045), (0.45, 1.385)], 0.03),
    glass_v=(1.045, 1.385),
    side_glass=mirrored(polygon([(1.10, 1.075), (1.85, 1.06), (1.85, 1.33), (1.02, 1.35)], 0.02)),
    lamp=mirrored(
        polygon(
            [(0.47, 0.83), (0.50, 0.925), (0.98, 0.955), (1.06, 0.90), (0.97, 0.80), (0.66, 0.785)],
            0.012,
        )
    ),
    guides=(
        [(0.51, 0.84), (0.66, 0.81), (0.96, 0.825), (1.02, 0.89)],
        [(0.52, 0.885), (0.70, 0.875), (0.96, 0.895)],
    ),
    bumper=_BUMPER,
    diffuser=_symmetric([(0.66, 0.20), (0.60, 0.335)], 0.015),
    reflectors=mirrored(rectangle(0.64, 0.395, 0.83, 0.425, 0.010)),
    high_lamp=rectangle(-0.13, 1.437, 0.13, 1.452, 0.004),
    badge_v=0.945,
    wheel=(1.36, 0.30, 0.30),
    flank=1.9,
    wiper=True,
)

SUV = Shape(
    profile=Profile.from_rows(
        [(v, y, z * 1.13 + 0.03, w + 0.03, r) for v, y, z, w, r in _LOWER]
        + [
            (0.80, 0.080, 0.940, 0.915, 0.16),
            (0.95, 0.085, 1.105, 0.905, 0.16),
            (1.03, 0.105, 1.190, 0.885, 0.16),
            (1.10, 0.132, 1.262, 0.865, 0.16),
            (1.25, 0.205, 1.415, 0.800, 0.16),
            (1.42, 0.300, 1.590, 0.715, 0.15),
            (1.45, 0.235, 1.612, 0.700, 0.15),
            (1.48, 0.240, 1.640, 0.690, 0.15),
            (1.56, 0.380, 1.672, 0.680, 0.15),
            (1.80, 0.750, 1.690, 0.680, 0.15),
        ]
    ),
    gate=_symmetric([(0.60, 0.66), (0.645, 0.80), (0.66, 1.00), (0.66, 1.16), (0.58, 1.44)], 0.02),
    glass=_symmetric([(0.60, 1.06), (0.53, 1.385)], 0.03),
    glass_v=(1.06, 1.385),
    side_glass=mirrored(polygon([(1.05, 1.075), (1.85, 1.06), (1.85, 1.35), (1.00, 1.36)], 0.02)),
    lamp=mirrored(
        polygon(
            [
                (0.56, 0.90),
                (0.55, 0.985),
                (0.72, 1.005),
                (0.98, 1.01),
                (1.07, 0.96),
                (1.00, 0.77),
                (0.82, 0.76),
                (0.75, 0.885),
            ],
            0.014,
        )
    ),
    guides=(
        [(0.58, 0.915), (0.77, 0.905), (0.83, 0.785), (0.97, 0.79), (1.03, 0.95)],
        [(0.60, 0.96), (0.97, 0.97)],
    ),
    bumper=_BUMPER,
    diffuser=_symmetric([(0.95, 0.20), (0.88, 0.40)], 0.02),
    reflectors=mirrored(rectangle(0.70, 0.455, 0.88, 0.485, 0.010)),
    high_lamp=rectangle(-0.17, 1.438, 0.17, 1.451, 0.004),
    badge_v=0.945,
    wheel=(1.38, 0.30, 0.34),
    flank=1.9,
    wiper=True,
)

SALOON = Shape(
    profile=Profile.from_rows(
        [
            *_LOWER,
            (0.8, 0.088, 0.8, 0.885, 0.17),
            (0.95, 0.098, 0.955, 0.875, 0.17),
            (0.98, 0.096, 0.99, 0.872, 0.17),
            (1.0, 0.12, 1.01, 0.868, 0.17),
            (1.06, 0.24, 1.012, 0.862, 0.17),
            (1.25, 0.6, 1.02, 0.85, 0.17),
            (1.29, 0.68, 1.035, 0.76, 0.17),
            (1.62, 1.25, 1.37, 0.6, 0.16),
            (1.66, 1.33, 1.392, 0.59, 0.15),
            (1.8, 1.7, 1.415, 0.59, 0.15),
        ]
    ),
    gate=_symmetric([(0.52, 0.66), (0.56, 0.80), (0.64, 0.99), (0.62, 1.24)], 0.02),
    glass=_symmetric([(0.58, 1.30), (0.47, 1.61)], 0.03),
    glass_v=(1.30, 1.61),
    side_glass=mirrored(polygon([(1.35, 1.31), (2.3, 1.31), (2.3, 1.60), (1.35, 1.60)], 0.02)),
    lamp=mirrored(
        polygon(
            [
                (0.40, 0.835),
                (0.42, 0.915),
                (0.96, 0.945),
                (1.14, 0.935),
                (1.06, 0.84),
                (0.92, 0.80),
                (0.60, 0.80),
            ],
            0.012,
        )
    ),
    guides=(
        [(0.44, 0.845), (0.62, 0.82), (0.93, 0.825), (1.06, 0.89)],
        [(0.44, 0.895), (0.70, 0.895), (0.98, 0.915)],
    ),
    bumper=_BUMPER,
    diffuser=_symmetric([(0.60, 0.20), (0.54, 0.315)], 0.015),
    reflectors=mirrored(rectangle(0.66, 0.375, 0.84, 0.400, 0.010)),
    high_lamp=rectangle(-0.12, 1.305, 0.12, 1.32, 0.003),
    badge_v=0.925,
    wheel=(1.72, 0.30, 0.31),
    flank=2.4,
    wiper=False,
)

SHAPES = {"hatchback": HATCHBACK, "suv": SUV, "saloon": SALOON}
