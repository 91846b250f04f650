"""Letters drawn as strokes: skeletons on a unit square; stroke width and roundness are parameters.

Plate lettering (DIN 1451, FE-Schrift, Charles Wright, the stamped dies of North America, the
Brazilian Mandatory) is mostly a stroke of one width along straight lines and rounded corners. One
table of skeletons with a few parameters therefore covers many national letterings that no free
font has.

A skeleton is one or more paths. A path is a list of points `x,y` from 0 to 1, x rightwards and y
downwards; `r` after a point rounds the corner there; a final `z` closes the path.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image

GLYPH_HEIGHT = 96  # px, of every mask: twice the height of the reader's input
SUBPIXEL_BITS = 4  # OpenCV draws at 1/16 px, so that thin strokes keep their width
ARC_SEGMENTS = 6  # of a rounded corner; at GLYPH_HEIGHT more would not be visible

RING = "0,0r 1,0r 1,1r 0,1r z"
SKELETONS: dict[str, tuple[tuple[str, ...], ...]] = {
    "0": ((RING,), (RING,), (RING,), (RING, ".2,.78 .8,.22"), (RING, ".5,.46 .5,.54")),
    "1": (
        (".1,.22 .6,0 .6,1",),
        (".1,.2 .55,0 .55,1", ".1,1 1,1"),
        (".5,0 .5,1",),
        (".1,0 .6,0 .6,1",),
        ("0,.3 .7,0 .7,1",),
    ),
    "2": (
        ("0,.25 0,0r 1,0r 1,.5r 0,1 1,1",),
        ("0,.2 0,0r 1,0r 1,.48r 0,.52r 0,1 1,1",),
        ("0,.28 0,0r 1,0r 1,.4r 0,.85 0,1 1,1",),
    ),
    "3": (
        ("0,.22 0,0r .95,0r .95,.47r .4,.47", ".4,.47 1,.47r 1,1r 0,1r 0,.78"),
        ("0,0 1,0 .45,.4 1,.4r 1,1r 0,1r 0,.8",),
        ("0,0 .95,0r .95,.47r .3,.47", ".3,.47 1,.47r 1,1r 0,1"),
    ),
    "4": (
        ("1,.74 0,.74 .72,0 .72,1",),
        (".25,0 0,.7 1,.7", ".72,.4 .72,1"),
        (".5,0 0,.72 1,.72", ".75,.45 .75,1"),
        ("0,0 0,.6 1,.6", ".8,0 .8,1"),
    ),
    "5": (
        ("1,0 .08,0 .04,.45 1,.38r 1,1r 0,1r 0,.8",),
        ("1,0 0,0 0,.42 1,.42r 1,1r 0,1r 0,.78",),
        (".95,0 .1,0 .1,.4 1,.4r 1,1r 0,1",),
    ),
    "6": (
        ("1,.22 1,0r 0,0r 0,1r 1,1r 1,.43r 0,.43r 0,.6",),
        (".7,0 .1,.5", "0,.42r 1,.42r 1,1r 0,1r z"),
        (".85,0 0,.1r 0,1r 1,1r 1,.42r 0,.42r 0,.6",),
    ),
    "7": (
        ("0,0 1,0 .35,1",),
        ("0,0 1,0 .35,1", ".25,.5 .85,.5"),
        ("0,.15 0,0 1,0 1,.15 .4,.6 .4,1",),
        ("0,0 1,0 1,.2r .4,.6r .4,1",),
    ),
    "8": (
        ("0,.47r 1,.47r 1,1r 0,1r z", ".06,0r .94,0r .94,.47r .06,.47r z"),
        ("0,.5r 1,.5r 1,1r 0,1r z", "0,0r 1,0r 1,.5r 0,.5r z"),
    ),
    "9": (
        ("0,.78 0,1r 1,1r 1,0r 0,0r 0,.57r 1,.57r 1,.4",),
        (".3,1 .9,.5", "0,0r 1,0r 1,.58r 0,.58r z"),
        (".15,1 1,.9r 1,0r 0,0r 0,.58r 1,.58r 1,.4",),
    ),
    "A": (
        ("0,1 .5,0 1,1", ".2,.68 .8,.68"),
        ("0,1 .4,0 .6,0 1,1", ".2,.68 .8,.68"),
        ("0,1 0,0r 1,0r 1,1", "0,.58 1,.58"),
    ),
    "B": (
        ("0,.47 1,.47r 1,1r 0,1 z", "0,0 .92,0r .92,.47r 0,.47 z"),
        ("0,.5 1,.5r 1,1r 0,1 z", "0,0 1,0r 1,.5r 0,.5 z"),
    ),
    "C": (("1,.25 1,0r 0,0r 0,1r 1,1r 1,.75",), ("1,.15 1,0r 0,0r 0,1r 1,1r 1,.85",)),
    "D": (("0,0 1,0r 1,1r 0,1 z",),),
    "E": (("1,0 0,0 0,1 1,1", "0,.48 .82,.48"), ("1,0 0,0 0,1 1,1", "0,.5 1,.5")),
    "F": (("1,0 0,0 0,1", "0,.5 .82,.5"), ("1,0 0,0 0,1", "0,.45 1,.45")),
    "G": (
        ("1,.25 1,0r 0,0r 0,1r 1,1r 1,.55 .55,.55",),
        ("1,.2 1,0r 0,0r 0,1r 1,1r 1,.6 .5,.6",),
        ("1,.22 1,0r 0,0r 0,1r .9,1r .95,.6 .55,.6", "1,.6 1,1"),
    ),
    "H": (("0,0 0,1", "1,0 1,1", "0,.5 1,.5"),),
    "I": ((".5,0 .5,1",), (".5,0 .5,1",), (".5,0 .5,1", "0,0 1,0", "0,1 1,1")),
    "J": (("1,0 1,1r 0,1r 0,.72",), (".4,0 1,0 1,1r 0,1r 0,.75",), ("1,0 1,1r 0,1",)),
    "K": (("0,0 0,1", "1,0 0,.62", ".3,.42 1,1"), ("0,0 0,1", "1,0 .1,.5 1,1")),
    "L": (("0,0 0,1 1,1",),),
    "M": (
        ("0,1 0,0 .5,.65 1,0 1,1",),
        ("0,1 0,0 .5,.95 1,0 1,1",),
        ("0,1 .08,0 .5,.7 .92,0 1,1",),
        ("0,1 0,0 .5,.42 1,0 1,1",),
    ),
    "N": (("0,1 0,0 1,1 1,0",),),
    "O": ((RING,),),
    "P": (("0,1 0,0 1,0r 1,.55r 0,.55",),),
    "Q": (
        (RING, ".55,.7 1.05,1.08"),
        (RING, ".5,.75 .9,1.15"),
        (RING, ".5,.82 .5,1.14"),
        (RING, ".4,1 1.1,1.02"),
    ),
    "R": (
        ("0,1 0,0 1,0r 1,.53r 0,.53", ".45,.53 1,1"),
        ("0,1 0,0 1,0r 1,.5r 0,.5", ".6,.5r 1,.6r 1,1"),
    ),
    "S": (
        ("1,.22 1,0r 0,0r 0,.48r 1,.48r 1,1r 0,1r 0,.78",),
        ("1,.22 1,0r 0,0r 0,.4r 1,.6r 1,1r 0,1r 0,.78",),
        ("1,.15 1,0r 0,0r 0,.5r 1,.5r 1,1r 0,1r 0,.85",),
    ),
    "T": (("0,0 1,0", ".5,0 .5,1"),),
    "U": (("0,0 0,1r 1,1r 1,0",),),
    "V": (("0,0 .5,1 1,0",), ("0,0 .42,1 .58,1 1,0",)),
    "W": (
        ("0,0 .25,1 .5,.25 .75,1 1,0",),
        ("0,0 .22,1 .5,0 .78,1 1,0",),
        ("0,0 0,1 .5,.4 1,1 1,0",),
        ("0,0 .08,1 .5,.35 .92,1 1,0",),
    ),
    "X": (("0,0 1,1", "1,0 0,1"),),
    "Y": (
        ("0,0 .5,.5 1,0", ".5,.5 .5,1"),
        ("0,0 .5,.6 1,0", ".5,.6 .5,1"),
        ("0,0 0,.5r 1,.5r 1,0", ".5,.5 .5,1"),
    ),
    "Z": (("0,0 1,0 0,1 1,1",), ("0,0 1,0 0,1 1,1", ".2,.5 .8,.5")),
}
# Widths relative to the common one if the lettering is proportional.
NARROW = {"1": 0.55, "I": 0.5}
WIDE = {"M": 1.2, "W": 1.3}


@dataclass(frozen=True)
class StrokeStyle:
    """How skeletons become letters; lengths are shares of the letter's height."""

    width: float
    """Width of a letter."""
    weight: float
    """Width of a stroke."""
    round_x: float
    """Horizontal length of a rounded corner, as a share of the skeleton's width."""
    round_y: float
    """Vertical length of a rounded corner, as a share of the skeleton's height."""
    slant: float
    """Shear; positive values lean to the right."""
    proportional: bool
    """Whether 1 and I are narrower, M and W wider than the other letters."""
    variants: int
    """Number that selects one of the skeletons of each character."""


@cache
def _parse(path: str) -> tuple[NDArray[Any], NDArray[Any], bool]:
    """Splits a path into points (n, 2), flags of rounded corners (n,) and whether it is closed."""
    words = path.split()
    closed = words[-1] == "z"
    words = words[:-1] if closed else words
    points = [[float(v) for v in word.rstrip("r").split(",")] for word in words]
    flags = [word.endswith("r") for word in words]
    return np.array(points, np.float32), np.array(flags), closed


def _reach(towards: NDArray[Any], limit: float, round_xy: NDArray[Any]) -> float:
    """Returns where on the vector `towards` a rounded corner begins, as a share of its length."""
    length = float(np.hypot(*towards)) or 1.0
    wanted = float(np.abs(towards) @ round_xy) / length
    return min(wanted / length, limit)


def _rounded(
    points: NDArray[Any], flags: NDArray[Any], closed: bool, round_xy: NDArray[Any]
) -> NDArray[Any]:
    """Replaces the flagged corners of points (n, 2) by quadratic arcs; returns points (m, 2)."""
    count = len(points)
    steps = np.linspace(0, 1, ARC_SEGMENTS + 1, dtype=np.float32)[:, None]
    out: list[NDArray[Any]] = []
    for i in range(count):
        corner = points[i]
        if not flags[i] or (not closed and i in (0, count - 1)):
            out.append(corner[None])
            continue
        before, after = points[i - 1], points[(i + 1) % count]
        limits = [0.5 if flags[j % count] else 1.0 for j in (i - 1, i + 1)]
        start = corner + (before - corner) * _reach(before - corner, limits[0], round_xy)
        end = corner + (after - corner) * _reach(after - corner, limits[1], round_xy)
        out.append((1 - steps) ** 2 * start + 2 * steps * (1 - steps) * corner + steps**2 * end)
    return np.concatenate(out)


def glyph_mask(character: str, style: StrokeStyle) -> Image:
    """Draws one character.

    Args:
        character: One of A-Z, 0-9.
        style: Its shape parameters.

    Returns:
        uint8, (GLYPH_HEIGHT, width), 255 inside the strokes.
    """
    weight = max(2, round(style.weight * GLYPH_HEIGHT))
    share = (NARROW | WIDE).get(character, 1.0) if style.proportional else 1.0
    width = max(weight + 2, round(style.width * share * GLYPH_HEIGHT))
    inner = np.array([width - weight, GLYPH_HEIGHT - weight], np.float32)
    choices = SKELETONS[character]
    lean = abs(style.slant) * GLYPH_HEIGHT
    mask = np.zeros((GLYPH_HEIGHT, int(width + lean) + 1), np.uint8)
    round_xy = inner * np.array([style.round_x, style.round_y], np.float32)
    for path in choices[style.variants % len(choices)]:
        points, flags, closed = _parse(path)
        line = _rounded(points * inner, flags, closed, round_xy) + weight / 2
        line[:, 0] += (GLYPH_HEIGHT - line[:, 1]) * style.slant + (lean if style.slant < 0 else 0)
        fixed = np.round(line * (1 << SUBPIXEL_BITS)).astype(np.int32)
        cv2.polylines(mask, [fixed], closed, 255, weight, cv2.LINE_AA, SUBPIXEL_BITS)
    return mask


def random_style(rng: np.random.Generator) -> StrokeStyle:
    """Chooses a plausible style: narrow to square letters, thin to bold, boxy to oval curves."""
    width = rng.uniform(0.42, 0.8)
    return StrokeStyle(
        width=width,
        weight=rng.uniform(0.08, 0.2) * min(1.0, width / 0.5),
        round_x=rng.uniform(0.2, 0.5),
        round_y=rng.choice([rng.uniform(0.1, 0.3), rng.uniform(0.2, 0.5)]),
        slant=rng.choice([0.0, 0.0, 0.0, 0.0, rng.uniform(-0.05, 0.25)]),
        proportional=bool(rng.random() < 0.6),
        variants=int(rng.integers(0, 60)),
    )
