"""Outlines in the plane as signed distances, and meshes cut out along them.

A signed distance is in metres, and negative inside the outline.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Outline = Callable[[Floats], Floats]
"""Turns points (n, 2) into their signed distances (n,)."""

GRADIENT_STEP_M = 1e-4


def polygon(corners: list[tuple[float, float]], rounding: float = 0.0) -> Outline:
    """Returns a polygon, grown by `rounding` so that its corners become arcs.

    Source of the distance: I. Quilez, "2D distance functions".
    """
    start = np.array(corners, dtype=np.float64)
    edge = np.roll(start, -1, axis=0) - start

    def distance(p: Floats) -> Floats:
        offset = p[:, None, :] - start[None]
        along = np.clip((offset * edge).sum(-1) / (edge * edge).sum(-1), 0.0, 1.0)
        nearest = np.linalg.norm(offset - edge * along[..., None], axis=-1).min(axis=1)
        below = p[:, None, 1] >= start[None, :, 1]
        end_above = p[:, None, 1] < np.roll(start, -1, axis=0)[None, :, 1]
        cross = edge[:, 0] * offset[..., 1] - edge[:, 1] * offset[..., 0] > 0
        crossings = (below & end_above & cross) | ~(below | end_above | cross)
        inside = crossings.sum(axis=1) % 2 == 1
        return np.asarray(np.where(inside, -nearest, nearest) - rounding)

    return distance


def rectangle(left: float, bottom: float, right: float, top: float, rounding: float) -> Outline:
    """Returns a rectangle with round corners."""
    r = rounding
    return polygon(
        [
            (left + r, bottom + r),
            (right - r, bottom + r),
            (right - r, top - r),
            (left + r, top - r),
        ],
        r,
    )


def mirrored(outline: Outline) -> Outline:
    """Returns an outline together with its mirror image across the centre line."""
    return lambda p: outline(np.column_stack([np.abs(p[:, 0]), p[:, 1]]))


def minus(outline: Outline, *holes: Outline) -> Outline:
    """Returns an outline without the holes."""
    return lambda p: np.maximum.reduce([outline(p), *(-hole(p) for hole in holes)])


def both(a: Outline, b: Outline) -> Outline:
    """Returns the overlap of two outlines."""
    return lambda p: np.maximum(a(p), b(p))


def grown(outline: Outline, by: float) -> Outline:
    """Returns an outline moved outwards by `by` metres (inwards if it is negative)."""
    return lambda p: outline(p) - by


def outward(outline: Outline, p: Floats) -> Floats:
    """Returns unit vectors (n, 2) that lead out of the outline at points (n, 2)."""
    e = GRADIENT_STEP_M
    gradient = np.column_stack(
        [outline(p + step) - outline(p - step) for step in (np.array([e, 0.0]), np.array([0.0, e]))]
    )
    return np.asarray(gradient / np.maximum(np.linalg.norm(gradient, axis=1, keepdims=True), 1e-12))


@dataclass(frozen=True)
class FlatMesh:
    """A mesh in the plane."""

    points: Floats
    """(n, 2)."""
    faces: list[tuple[int, ...]]
    """Numbers of the points of each face."""

    def boundary(self) -> list[tuple[int, int]]:
        """Returns the edges that belong to one face alone, in the direction of that face."""
        edges = {(f[i - 1], f[i]) for f in self.faces for i in range(len(f))}
        return [(a, b) for a, b in sorted(edges) if (b, a) not in edges]


def cut(outline: Outline, bounds: tuple[float, float, float, float], cell: float) -> FlatMesh:
    """Fills an outline with a grid whose rim lies exactly on the outline.

    Args:
        outline: The outline to fill.
        bounds: Left, bottom, right and top of the grid.
        cell: Size of a grid cell in metres.
    """
    left, bottom, right, top = bounds
    xs = np.arange(left, right + cell, cell)
    ys = np.arange(bottom, top + cell, cell)
    points = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    distance = _snap(outline, points, cell)
    columns = len(xs)
    corner = (np.arange(len(ys) - 1)[:, None] * columns + np.arange(columns - 1)).ravel()
    quads = np.stack([corner, corner + 1, corner + columns + 1, corner + columns], axis=1)
    inside = distance[quads] <= 0
    whole = [tuple(int(i) for i in quad) for quad in quads[inside.all(axis=1)]]
    crossed = quads[inside.any(axis=1) & ~inside.all(axis=1)]
    return _compact(*_clip(points, distance, whole, crossed))


def _snap(outline: Outline, points: Floats, cell: float) -> Floats:
    """Moves points near the outline onto it, to avoid sliver faces; returns all distances."""
    distance = outline(points)
    near = np.abs(distance) < 0.25 * cell
    points[near] -= outward(outline, points[near]) * distance[near, None]
    distance[near] = 0.0
    return distance


def _clip(
    points: Floats, distance: Floats, whole: list[tuple[int, ...]], crossed: NDArray[np.int64]
) -> tuple[Floats, list[tuple[int, ...]]]:
    """Cuts the crossed quads along the outline and joins them to the whole ones."""
    faces, added = list(whole), list[Floats]()
    on_edge: dict[tuple[int, int], int] = {}

    def crossing(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in on_edge:
            t = distance[key[0]] / (distance[key[0]] - distance[key[1]])
            on_edge[key] = len(points) + len(added)
            added.append(points[key[0]] * (1 - t) + points[key[1]] * t)
        return on_edge[key]

    for quad in crossed.tolist():
        face: list[int] = []
        for i in range(4):
            a, b = quad[i], quad[(i + 1) % 4]
            if distance[a] <= 0:
                face.append(a)
            if distance[a] * distance[b] < 0:
                face.append(crossing(a, b))
        if len(face) >= 3:
            faces.append(tuple(face))
    return np.vstack([points, *added]) if added else points, faces


def _compact(points: Floats, faces: list[tuple[int, ...]]) -> FlatMesh:
    """Drops the points that no face uses."""
    used = sorted({i for face in faces for i in face})
    renumbered = {old: new for new, old in enumerate(used)}
    return FlatMesh(points[used], [tuple(renumbered[i] for i in face) for face in faces])
