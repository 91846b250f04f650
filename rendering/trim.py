"""Parts on the outside of a car's rear: garnish, badge, letters, wiper, sensors."""

from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

from rendering import materials as mat
from rendering.car_shapes import Shape
from rendering.outlines import Floats, rectangle
from rendering.photos import Car
from rendering.shapes import Panel, panel_object, tube
from rendering.surface import Skin


def add_trim(skin: Skin, shape: Shape, car: Car, paint: Any, plastic: Any) -> None:
    """Adds everything on the outside except lamps and glass."""
    chrome = mat.plain("chrome", (0.72,) * 3, 0.10, 1.0).material
    if car.plate_v > 0.66:  # the plate is in the gate, its lamps below a bar
        _garnish(skin, car.plate_v, chrome if car.chrome else paint)
    _badge(skin, shape.badge_v, chrome)
    for s, text in zip((-0.43, 0.43), car.letters, strict=True):
        _lettering(skin, text, s, 0.725, chrome)
    if shape.wiper:
        _wiper(skin, plastic)
    _sensors(skin, plastic)


def add_lamp_guides(skin: Skin, shape: Shape, lit: bool) -> None:
    """Adds light guides behind the lens: white rods, or bright red ones if the lamps are on."""
    colour, power = ((1.0, 0.10, 0.05), 5.0) if lit else ((0.85, 0.85, 0.85), 0.0)
    light = mat.glowing("tail light", colour, power)
    for side in (-1, 1):
        for line in shape.guides:
            path = _smooth_line(np.array(line)) * np.array([side, 1.0])
            tube("light guide", skin.points(path, -0.018), 0.007, light)


def _smooth_line(knots: Floats, steps: int = 60) -> Floats:
    """Returns a rounded path near the knots."""
    at = np.linspace(0, len(knots) - 1, steps)
    line = np.column_stack([np.interp(at, range(len(knots)), knots[:, i]) for i in (0, 1)])
    kernel = np.ones(9) / 9
    padded = np.pad(line, ((4, 4), (0, 0)), mode="reflect", reflect_type="odd")
    return np.column_stack([np.convolve(padded[:, i], kernel, mode="valid") for i in (0, 1)])


def _garnish(skin: Skin, v: float, material: Any) -> None:
    """Adds the bar above the plate, below which its lamps are."""
    bar = rectangle(-0.325, v + 0.085, 0.325, v + 0.122, 0.012)
    panel_object(
        "garnish", skin, Panel(bar, (-0.33, v + 0.07, 0.33, v + 0.13), 0.020, 0.006), material
    )


def _badge(skin: Skin, v: float, chrome: Any) -> None:
    """Adds a ring with a slash, which is the mark of no maker."""
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    ring = np.column_stack([0.042 * np.cos(turn), v + 0.030 * np.sin(turn)])
    tube("badge ring", skin.points(ring, 0.004), 0.0042, chrome, closed=True)
    across = np.column_stack([np.linspace(-0.03, 0.03, 12), v + np.linspace(-0.013, 0.013, 12)])
    tube("badge bar", skin.points(across, 0.003), 0.0042, chrome)


def _lettering(skin: Skin, text: str, s: float, v: float, chrome: Any) -> None:
    curve = bpy.data.curves.new("letters", "FONT")
    curve.body, curve.size, curve.extrude, curve.bevel_depth = text, 0.042, 0.0015, 0.0006
    curve.align_x, curve.align_y, curve.shear, curve.space_character = "CENTER", "CENTER", 0.2, 1.15
    curve.materials.append(chrome)
    made = bpy.data.objects.new("letters", curve)
    bpy.context.scene.collection.objects.link(made)
    at = np.array([[s, v]])
    step = np.array([[0.0, 0.01]])
    up = Vector(skin.points(at + step)[0] - skin.points(at - step)[0]).normalized()
    out = Vector(skin.normals(at[:, 0], at[:, 1])[0])
    turn = Matrix((up.cross(out), up, out)).transposed()
    made.matrix_world = Matrix.Translation(skin.points(at, 0.002)[0]) @ turn.to_4x4()


def _wiper(skin: Skin, plastic: Any) -> None:
    arm = np.array([(0.0, 1.025), (-0.06, 1.06), (-0.20, 1.085), (-0.30, 1.10)])
    tube("wiper arm", skin.points(_smooth_line(arm), 0.026), 0.009, plastic)
    blade = np.column_stack([np.linspace(-0.46, -0.06, 30), np.linspace(1.098, 1.088, 30)])
    tube("wiper blade", skin.points(blade, 0.014), 0.007, plastic)
    pivot = np.column_stack([np.zeros(2), np.full(2, 1.025)])
    ends = np.vstack([skin.points(pivot[:1], 0.0), skin.points(pivot[:1], 0.034)])
    tube("wiper pivot", ends, 0.022, plastic)


def _sensors(skin: Skin, plastic: Any) -> None:
    for s in (-0.58, -0.36, 0.36, 0.58):
        at = np.array([[s, 0.545]])
        tube("sensor", np.vstack([skin.points(at, -0.01), skin.points(at, 0.0015)]), 0.011, plastic)
