"""The rear of a car: panels cut out of one skin, then lamps, glass, trim and wheels."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rendering import materials as mat
from rendering.cabin import add_cabin
from rendering.car_shapes import SHAPES, Shape
from rendering.outlines import Floats, Outline, both, grown, minus, rectangle
from rendering.photos import Car
from rendering.shapes import Panel, box, lathe, panel_object
from rendering.surface import Skin
from rendering.trim import add_lamp_guides, add_trim

CROWN_RADIUS_M = 3.2
RECESS_HALF_M = (0.30, 0.088)  # half the width and height: the plate with some room around it


@dataclass(frozen=True)
class Model:
    """A car while it is modelled: its skin, and the materials of its panels."""

    car: Car
    shape: Shape
    skin: Skin
    recess: Outline
    paint: Any
    plastic: Any

    def add(self, name: str, panel: Panel, material: Any) -> Any:
        """Cuts one panel out of the skin."""
        return panel_object(name, self.skin, panel, material)


def build_car(car: Car) -> Skin:
    """Models a car without its plate; returns the skin on which to mount the plate."""
    shape = SHAPES[car.shape]
    skin = Skin(shape.profile, CROWN_RADIUS_M, creases)
    half_w, half_h = RECESS_HALF_M
    recess = rectangle(-half_w, car.plate_v - half_h, half_w, car.plate_v + half_h, 0.025)
    model = Model(
        car,
        shape,
        skin,
        recess,
        mat.paint(car.colour, car.flake, car.dust),
        mat.dark_plastic(car.dust),
    )
    _add_panels(model)
    _add_recess_and_shell(model)
    _add_glass(model)
    _add_lamps(model)
    add_trim(skin, shape, car, model.paint, model.plastic)
    add_cabin(skin, shape)
    _add_underside(shape)
    return skin


def creases(s: Floats, v: Floats) -> Floats:
    """Returns the height of pressed lines: a shoulder across the gate, a swell on the bumper."""
    shoulder = 0.010 * np.exp(-(((v - 0.962 + 0.02 * s * s) / 0.022) ** 2))
    waist = 0.006 * np.tanh((v - 0.52) / 0.012) * np.exp(-(((v - 0.52) / 0.06) ** 2))
    return np.asarray(shoulder + waist)


def _add_panels(m: Model) -> None:
    flank, k = m.shape.flank, m.shape
    whole = rectangle(-flank, 0.21, flank, 1.78, 0.005)
    body = minus(whole, k.gate, k.glass, k.lamp, k.bumper, k.wheel_arch, k.side_glass, k.high_lamp)
    gate = minus(k.gate, k.lamp, k.glass, m.recess, k.high_lamp)
    bumper = minus(k.bumper, k.diffuser, k.wheel_arch, m.recess, k.reflectors, k.gate)
    m.add("body", Panel(body, (-flank, 0.2, flank, 1.8), cell=0.010), m.paint)
    m.add("gate", Panel(gate, (-0.7, 0.62, 0.7, 1.48), bevel=0.005, flange=0.05), m.paint)
    m.add("bumper", Panel(bumper, (-1.32, 0.18, 1.32, 0.66), bevel=0.005, flange=0.04), m.paint)
    m.add("diffuser", Panel(k.diffuser, (-1.0, 0.18, 1.0, 0.44), lift=-0.008), m.plastic)


def _add_recess_and_shell(m: Model) -> None:
    """Adds the recess of the plate, and a black shell so that no daylight shows in the gaps."""
    v, flank = m.car.plate_v, m.shape.flank
    bounds = (-0.33, v - 0.12, 0.33, v + 0.12)
    m.add("recess", Panel(grown(m.recess, 0.012), bounds, lift=-0.04), m.paint)
    shell = minus(rectangle(-flank, 0.23, flank, 1.77, 0.01), m.shape.glass, m.shape.side_glass)
    black = mat.plain("black", (0.004,) * 3, 0.9).material
    m.add("shell", Panel(shell, (-flank, 0.2, flank, 1.8), lift=-0.09, cell=0.04), black)


def _add_glass(m: Model) -> None:
    flank = m.shape.flank
    m.add(
        "rear window",
        Panel(m.shape.glass, (-0.65, 1.0, 0.65, 1.66), -0.003, flange=0.008),
        mat.glass(True),
    )
    side = Panel(m.shape.side_glass, (-flank, 1.0, flank, 1.66), -0.003, flange=0.008, cell=0.012)
    m.add("side window", side, mat.glass(False))


def _add_lamps(m: Model) -> None:
    k, bounds = m.shape, (-1.18, 0.72, 1.18, 1.04)
    red = mat.tinted("red lens", (0.95, 0.035, 0.03)).material
    m.add("lens", Panel(minus(k.lamp, k.gate), bounds, 0.002), red)
    m.add("inner lens", Panel(both(k.lamp, k.gate), bounds, 0.002), red)
    m.add("lamp housing", Panel(grown(k.lamp, 0.004), bounds, -0.045), mat.reflector())
    add_lamp_guides(m.skin, k, m.car.lit)
    solid = mat.plain("reflector", (0.34, 0.005, 0.007), 0.06).set(Coat_Weight=1.0).material
    m.add("reflector", Panel(k.reflectors, (-0.92, 0.36, 0.92, 0.50), 0.0, 0.002), solid)
    m.add("high lamp", Panel(k.high_lamp, (-0.19, 1.28, 0.19, 1.47), 0.0, 0.001), solid)


TYRE_PROFILE = (  # radius as a share of the wheel's, and x in metres
    (0.63, -0.085),
    (0.72, -0.098),
    (0.88, -0.104),
    (0.955, -0.096),
    (0.99, -0.07),
    (1.0, 0.0),
    (0.99, 0.07),
    (0.955, 0.096),
    (0.88, 0.104),
    (0.72, 0.098),
    (0.63, 0.085),
)


def _add_underside(shape: Shape) -> None:
    """Adds tyres, and dark boxes in place of the parts below and in front."""
    rubber = mat.plain("rubber", (0.018,) * 3, 0.75).material
    radius = shape.wheel[2]
    y = shape.wheel[0] - 0.70  # the length of the flank without the way around the corner
    for side in (-1, 1):
        profile = [(r * radius, x) for r, x in TYRE_PROFILE]
        lathe("tyre", profile, (side * 0.745, y, radius), rubber)
    dark = mat.plain("floor", (0.01,) * 3, 0.8).material
    box("floor pan", (-0.62, 0.25, 0.24), (0.62, 3.8, 0.5), dark)
    box("bulkhead", (-0.80, y + 0.5, 0.2), (0.80, 3.8, 0.9), dark)
