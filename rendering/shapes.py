"""Blender objects from meshes: panels of the skin, boxes, lathed solids, tubes, leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import bpy
import numpy as np

from rendering.outlines import Floats, Outline, cut, grown, outward
from rendering.surface import Skin

Vector = tuple[float, float, float]

BEVEL_ANGLES = np.deg2rad([22.5, 45.0, 67.5, 90.0])  # enough for a bevel a few pixels wide


@dataclass(frozen=True)
class Panel:
    """A piece of the skin. Lengths are in metres."""

    outline: Outline
    """Its outline in (s, v), without the gap to its neighbours."""
    bounds: tuple[float, float, float, float]
    """Left, bottom, right and top of the outline."""
    lift: float = 0.0
    """Height above the skin."""
    bevel: float = 0.004
    """Radius of the bent edge."""
    flange: float = 0.03
    """Depth of the edge behind the bevel."""
    cell: float = 0.006
    """Size of a mesh cell."""


HALF_GAP_M = 0.0022  # panel gaps of 4 to 5 mm, as on ordinary cars


def make_object(name: str, points: Floats, faces: Sequence[tuple[int, ...]], material: Any) -> Any:
    """Adds a smooth-shaded mesh to the scene."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(points.tolist(), [], faces)
    mesh.polygons.foreach_set("use_smooth", [True] * len(faces))
    mesh.materials.append(material)
    made = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(made)
    return made


def set_uv(made: Any, uv: Floats) -> None:
    """Sets the texture coordinates (n, 2) of all vertices of an object."""
    mesh = made.data
    vertex = np.empty(len(mesh.loops), dtype=np.int32)
    mesh.loops.foreach_get("vertex_index", vertex)
    mesh.uv_layers.new(name="sv").data.foreach_set("uv", uv[vertex].astype(np.float32).ravel())


def panel_object(name: str, skin: Skin, panel: Panel, material: Any) -> Any:
    """Cuts a panel out of the skin and bends its rim inwards."""
    outline = grown(panel.outline, -HALF_GAP_M - panel.bevel)
    left, bottom, right, top = panel.bounds
    flat = cut(outline, (left - 0.03, bottom - 0.03, right + 0.03, top + 0.03), panel.cell)
    edges = flat.boundary()
    rim = np.array(sorted({i for edge in edges for i in edge}))
    number_in_rim = {int(old): new for new, old in enumerate(rim)}
    away = outward(outline, flat.points[rim])
    sv, solid, faces = [flat.points], [skin.points(flat.points, panel.lift)], list(flat.faces)
    previous = {i: i for i in number_in_rim}
    steps = [(np.sin(a), 1 - np.cos(a), 0.0) for a in BEVEL_ANGLES] + [(1.0, 1.0, panel.flange)]
    for out, drop, deep in steps:
        moved = flat.points[rim] + away * panel.bevel * out
        base = sum(len(part) for part in sv)
        sv.append(moved)
        solid.append(skin.points(moved, panel.lift - panel.bevel * drop - deep))
        now = {i: base + number for i, number in number_in_rim.items()}
        faces += [(previous[b], previous[a], now[a], now[b]) for a, b in edges]
        previous = now
    made = make_object(name, np.vstack(solid), faces, material)
    set_uv(made, np.vstack(sv))
    return made


def box(name: str, low: Vector, high: Vector, material: Any, bevel: float = 0.0) -> Any:
    """Adds an upright box between two corners, with UV coordinates in metres along its faces."""
    bpy.ops.mesh.primitive_cube_add(size=1.0)
    made = bpy.context.object
    made.name = name
    made.location = [(a + b) / 2 for a, b in zip(low, high, strict=True)]
    made.scale = [b - a for a, b in zip(low, high, strict=True)]
    bpy.ops.object.transform_apply(location=True, scale=True)
    made.data.materials.append(material)
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.uv.cube_project(cube_size=1.0, scale_to_bounds=False)
    bpy.ops.object.mode_set(mode="OBJECT")
    if bevel:
        rounded = made.modifiers.new("bevel", "BEVEL")
        rounded.width, rounded.segments = bevel, 3
    return made


def lathe(name: str, profile: list[tuple[float, float]], centre: Vector, material: Any) -> Any:
    """Turns a profile of (radius, x) around a left-right axis through `centre`."""
    turns = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    radius, x = np.array(profile).T
    ring = np.stack(
        [
            np.broadcast_to(x, (96, len(x))),
            np.outer(np.cos(turns), radius),
            np.outer(np.sin(turns), radius),
        ],
        axis=-1,
    )
    n = len(profile)
    faces = [
        (i * n + j, i * n + j + 1, (i + 1) % 96 * n + j + 1, (i + 1) % 96 * n + j)
        for i in range(96)
        for j in range(n - 1)
    ]
    return make_object(name, ring.reshape(-1, 3) + np.array(centre), faces, material)


def tube(name: str, path: Floats, radius: float, material: Any, closed: bool = False) -> Any:
    """Adds a round rod along a path of points (n, 3)."""
    curve = bpy.data.curves.new(name, "CURVE")
    curve.dimensions, curve.bevel_depth, curve.bevel_resolution = "3D", radius, 4
    curve.use_fill_caps = True
    spline = curve.splines.new("POLY")
    spline.points.add(len(path) - 1)
    spline.points.foreach_set("co", np.column_stack([path, np.ones(len(path))]).ravel())
    spline.use_cyclic_u, spline.use_smooth = closed, True
    curve.materials.append(material)
    made = bpy.data.objects.new(name, curve)
    bpy.context.scene.collection.objects.link(made)
    return made


LEAF_OUTLINE = np.array([(-1, 0), (-0.45, 0.42), (0.2, 0.45), (1, 0), (0.2, -0.45), (-0.45, -0.42)])


def leaves(name: str, centres: Floats, size: float, tilt: float, material: Any, seed: int) -> Any:
    """Adds leaves at `centres` (n, 3), turned at random; `tilt` is 0 (flat) to 1 (any angle)."""
    rng = np.random.default_rng(seed)
    n = len(centres)
    spin, lean, roll = rng.uniform(-np.pi, np.pi, (3, n)) * np.array([[1], [tilt], [tilt]])
    length = size * rng.uniform(0.6, 1.3, n)
    flat = LEAF_OUTLINE[None] * length[:, None, None]
    x = flat[..., 0] * np.cos(spin)[:, None] - flat[..., 1] * np.sin(spin)[:, None]
    y = flat[..., 0] * np.sin(spin)[:, None] + flat[..., 1] * np.cos(spin)[:, None]
    z = y * np.sin(lean)[:, None] + x * np.sin(roll)[:, None] + 0.25 * np.abs(flat[..., 1])
    y, x = y * np.cos(lean)[:, None], x * np.cos(roll)[:, None]
    points = np.stack([x, y, z], axis=-1) + centres[:, None]
    faces = [tuple(range(6 * i, 6 * i + 6)) for i in range(n)]
    return make_object(name, points.reshape(-1, 3), faces, material)
