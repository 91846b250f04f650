"""The plate on the car, with or without a frame."""

from typing import Any

import bpy
import numpy as np
from PIL import Image

from rendering import materials as mat
from rendering.outlines import cut, minus, rectangle
from rendering.photos import Plate
from rendering.plate_art import draw_plate
from rendering.shapes import make_object, set_uv
from rendering.surface import Skin

THICKNESS_M = 0.0015
FRAME_BAR_M = 0.010  # 4 px at a width of 600 px: the blackhat kernel is wider, so it finds the bars


def mount_plate(plate: Plate, skin: Skin, plate_v: float, seed: int) -> tuple[float, float, float]:
    """Mounts the plate in its recess; returns the position of its centre."""
    half = plate.size_mm[0] / 2000, plate.size_mm[1] / 2000
    outline = rectangle(-half[0], -half[1], half[0], half[1], 0.009)
    flat = cut(outline, (-half[0], -half[1], half[0], half[1]), 0.01)
    bow = 0.0016 * np.cos(flat.points[:, 0] * 9.0)  # no plate is quite flat
    points = np.column_stack([flat.points[:, 0], -bow, flat.points[:, 1]])
    art = draw_plate(plate, seed)
    face = mat.plate_face(_image("print", art.print_rgb), _image("height", art.height))
    made = make_object("plate", points, flat.faces, face)
    set_uv(made, flat.points / (2 * np.array(half)) + 0.5)
    solid = made.modifiers.new("thickness", "SOLIDIFY")
    solid.thickness, solid.offset = THICKNESS_M, -1.0
    parts = [made]
    if plate.frame_inset_mm is not None:
        parts.append(_frame(half, plate.frame_inset_mm / 1000))
    below, above = (skin.points(np.array([[0.0, plate_v + dv]]))[0] for dv in (-0.04, 0.04))
    middle = (below + above) / 2 + np.array([0.0, 0.022, 0.0])
    lean = np.arctan2(above[1] - below[1], above[2] - below[2])
    for part in parts:
        part.location = middle
        part.rotation_euler = (-lean, np.deg2rad(plate.roll_deg), 0.0)
    return float(middle[0]), float(middle[1]), float(middle[2])


def _frame(half: tuple[float, float], inset: float) -> Any:
    """Makes a black plastic frame on the sheet, `inset` metres inside its edge."""
    w, h = half[0] - inset, half[1] - inset
    inner = rectangle(FRAME_BAR_M - w, FRAME_BAR_M - h, w - FRAME_BAR_M, h - FRAME_BAR_M, 0.006)
    ring = minus(rectangle(-w, -h, w, h, 0.010), inner)
    flat = cut(ring, (-w - 0.01, -h - 0.01, w + 0.01, h + 0.01), 0.004)
    points = np.column_stack(
        [flat.points[:, 0], np.full(len(flat.points), -0.004), flat.points[:, 1]]
    )
    plastic = mat.plain("frame", (0.012,) * 3, 0.35).material
    made = make_object("frame", points, flat.faces, plastic)
    solid = made.modifiers.new("thickness", "SOLIDIFY")
    solid.thickness, solid.offset = 0.006, -1.0
    rounded = made.modifiers.new("round", "BEVEL")
    rounded.width, rounded.segments = 0.0018, 3
    return made


def _image(name: str, picture: Image.Image) -> Any:
    """Converts a Pillow image into a Blender image."""
    rgba = np.asarray(picture.convert("RGBA"), dtype=np.float32)[::-1] / 255
    made = bpy.data.images.new(name, picture.width, picture.height)
    made.pixels.foreach_set(np.ascontiguousarray(rgba).ravel())
    made.pack()
    return made
