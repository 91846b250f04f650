"""Scenes to train the locator on: real photos, moved and zoomed, with plates and decoys pasted in.

Every scene is made from a photo that may be trained on. Its labelled plates stay, or are painted
out and covered by drawn ones of any country. Drawn plates are also pasted where there was no plate,
and so are decoys: signs, stickers and grilles. Everything pasted takes on the brightness and the
blur of its surroundings.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image, Quad
from training.locator.boxes import box_around, corners_of
from training.locator.decoys import draw_decoy
from training.locator.pasting import degraded, paint_holder, paint_out, paste
from training.plates.pool import FlatPool
from training.plates.poses import random_quad

SCENE_HW = (288, 384)
REPLACED_CHANCE = 0.4  # that a drawn plate replaces a labelled one: adds all countries
EXTRA_CHANCE = 0.4  # that a scene has drawn plates where there was none
DECOYS_CHANCE = 0.3
MIRRORED_CHANCE = 0.2  # plates in photos taken through a mirror are plates too
TURN_DEG = 2.0  # standard deviation; small, as the upright box of a turned box is too loose
STRETCH = 0.12  # standard deviation of the log of the factor: width times it, height over it
EMPTY_GRAY = 112  # gray value outside the photo
NO_BOXES = np.empty((0, 4))
MIN_ZOOM = 1.0  # relative to the zoom at which the photo just fits into the scene
MIN_IN_VIEW = 0.6  # minimum share of a plate's box in the scene; with less, it is masked


@dataclass(frozen=True)
class ScenePhoto:
    """A photo and its boxes: left, top, right, bottom in its pixels."""

    gray: Image
    """uint8, (height, width)."""
    boxes: NDArray[Any]
    """Labelled plates: (n, 4)."""
    doubtful: NDArray[Any] = field(default_factory=lambda: NO_BOXES)
    """Boxes that may be plates that nobody labelled: (m, 4)."""
    decoys: NDArray[Any] = field(default_factory=lambda: NO_BOXES)
    """Boxes that a detector took for plates by mistake: (k, 4)."""


@dataclass
class Scene:
    """A picture and the boxes in it. Plates and decoys are added while it is made."""

    gray: Image
    """uint8, (288, 384)."""
    quads: list[Quad] = field(default_factory=list)
    """Corners of each plate, clockwise from the top left: (4, 2). If only its upright box is known,
    the corners of that."""
    is_drawn: list[bool] = field(default_factory=list)
    """For each plate, whether it was drawn; only then are its own corners known."""
    masked: list[NDArray[Any]] = field(default_factory=list)
    """Boxes (4,) that may or may not be plates; training ignores them."""
    decoys: list[NDArray[Any]] = field(default_factory=list)
    """Boxes (4,) that look like plates but are not."""

    def boxes(self) -> NDArray[Any]:
        """Returns the upright boxes of the plates: (n, 4)."""
        return np.array([box_around(quad) for quad in self.quads]).reshape(-1, 4)


def make_scene(
    photo: ScenePhoto, flats: FlatPool, widths: tuple[float, float], rng: np.random.Generator
) -> Scene:
    """Makes a scene.

    Args:
        photo: The photo to make it from.
        flats: Drawn plates.
        widths: Minimum and maximum width of the plates in the scene, in pixels.
        rng: Source of randomness.
    """
    matrix = _random_view(photo.gray.shape, photo.boxes, widths, rng)
    scene = Scene(
        _transformed(photo.gray, matrix),
        masked=[box_around(_moved(corners_of(box), matrix)) for box in photo.doubtful],
        decoys=[box_around(_moved(corners_of(box), matrix)) for box in photo.decoys],
    )
    for box in photo.boxes:
        _add_real(scene, _moved(corners_of(box), matrix), flats, rng)
    if rng.random() < EXTRA_CHANCE:
        for _ in range(int(rng.integers(1, 4))):
            _add_extra(scene, flats, widths, rng)
    if rng.random() < DECOYS_CHANCE:
        for _ in range(int(rng.integers(1, 4))):
            _add_decoy(scene, rng)
    scene.gray = degraded(scene.gray, rng)
    return scene


def _random_view(
    shape: tuple[int, ...],
    boxes: NDArray[Any],
    widths: tuple[float, float],
    rng: np.random.Generator,
) -> NDArray[Any]:
    """Chooses a (2, 3) matrix from photo to scene: mostly one that zooms in on a plate."""
    tall, wide = SCENE_HW
    height, width = shape
    angle, stretch = np.deg2rad(rng.normal(0, TURN_DEG)), np.exp(rng.normal(0, STRETCH))
    if len(boxes) and rng.random() < 0.85:
        left, top, right, bottom = boxes[int(rng.integers(len(boxes)))]
        target_width = np.exp(rng.uniform(*np.log(widths)))
        zoom = min(target_width / (right - left), 0.9 * tall / (bottom - top))
        centre = np.array([left + right, top + bottom]) / 2
        zoom = max(zoom, MIN_ZOOM * min(wide / width, tall / height))
        target_xy = rng.uniform(0.1, 0.9, 2) * (wide, tall)
        # A photo that is larger than the scene has to fill it, without an empty margin.
        low, high = (
            centre * zoom,
            np.array([wide, tall]) - (np.array([width, height]) - centre) * zoom,
        )
        target_xy = np.clip(target_xy, np.minimum(low, high), np.maximum(low, high))
    else:
        zoom = min(wide / width, tall / height) * np.exp(rng.uniform(-0.1, 1.2))
        centre = rng.uniform(0.2, 0.8, 2) * (width, height)
        target_xy = np.array([wide, tall]) / 2
    cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
    turn = np.array([[cos * stretch, -sin * stretch], [sin / stretch, cos / stretch]])
    if rng.random() < MIRRORED_CHANCE:
        turn[:, 0] *= -1
    shift = target_xy - turn @ centre
    return np.asarray(np.concatenate([turn, shift[:, None]], axis=1), np.float32)


def _transformed(gray: Image, matrix: NDArray[Any]) -> Image:
    """Transforms a photo into a scene of size SCENE_HW by a (2, 3) matrix."""
    zoom = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if zoom < 0.75:  # warpAffine skips pixels when it shrinks: average them first
        small = cv2.resize(gray, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        factors = np.array([gray.shape[1] / small.shape[1], gray.shape[0] / small.shape[0]])
        matrix = np.concatenate([matrix[:, :2] * factors[None], matrix[:, 2:]], axis=1)
        gray = small
    return cv2.warpAffine(
        gray, matrix, SCENE_HW[::-1], borderMode=cv2.BORDER_CONSTANT, borderValue=EMPTY_GRAY
    )


def _moved(points: NDArray[Any], matrix: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _in_view(box: NDArray[Any]) -> float:
    """Returns the share of a box that lies within the scene."""
    size = np.maximum(box[2:] - box[:2], 1e-3)
    visible = np.minimum(box[2:], SCENE_HW[::-1]) - np.maximum(box[:2], 0)
    return float(np.prod(np.maximum(visible, 0) / size))


def _add_real(scene: Scene, quad: Quad, flats: FlatPool, rng: np.random.Generator) -> None:
    """Keeps a labelled plate, or covers it with a drawn one; masks it if little is in view."""
    box = box_around(quad)
    share = _in_view(box)
    if share <= 0:
        return
    if share < MIN_IN_VIEW:
        scene.masked.append(box)
    elif rng.random() < REPLACED_CHANCE:
        paint_out(scene.gray, box)
        size = box[2:] - box[:2]
        _paste_plate(scene, (box[:2] + box[2:]) / 2, float(size.max()), flats, rng)
    else:
        scene.quads.append(corners_of(box))
        scene.is_drawn.append(False)


def _add_extra(
    scene: Scene, flats: FlatPool, widths: tuple[float, float], rng: np.random.Generator
) -> None:
    width = float(np.exp(rng.uniform(*np.log(widths))))
    centre = _free_centre(scene, width, rng)
    if centre is not None:
        _paste_plate(scene, centre, width, flats, rng)


def _free_centre(scene: Scene, width: float, rng: np.random.Generator) -> NDArray[Any] | None:
    """Chooses a centre (2,) for a picture `width` px wide; `None` if a plate is in the way."""
    centre = np.asarray(rng.uniform(0.05, 0.95, 2) * SCENE_HW[::-1])
    box = np.concatenate([centre - width / 2, centre + width / 2])
    taken = [box_around(quad) for quad in scene.quads] + scene.masked
    is_free = all(
        box[2] < other[0] or box[0] > other[2] or box[3] < other[1] or box[1] > other[3]
        for other in taken
    )
    return centre if is_free else None


def _paste_plate(
    scene: Scene, centre: NDArray[Any], width: float, flats: FlatPool, rng: np.random.Generator
) -> None:
    """Pastes a drawn plate whose box is `width` px wide."""
    index = int(rng.integers(len(flats)))
    quad = random_quad(flats.aspects[index], rng)
    box = box_around(quad)
    quad = (quad - (box[:2] + box[2:]) / 2) * (width / (box[2] - box[0])) + centre
    quad = quad.astype(np.float32)
    share = _in_view(box_around(quad))
    if share <= 0.05:
        return
    if rng.random() < 0.5:
        paint_holder(scene.gray, quad, rng)
    paste(scene.gray, flats.image(index), quad, rng)
    if share < MIN_IN_VIEW:
        scene.masked.append(box_around(quad))
    else:
        scene.quads.append(quad)
        scene.is_drawn.append(True)


def _add_decoy(scene: Scene, rng: np.random.Generator) -> None:
    """Pastes a sign, a sticker, a grille or a page where there is no plate."""
    wide = float(np.exp(rng.uniform(np.log(16), np.log(250))))
    aspect = float(rng.uniform(0.6, 6))
    centre = _free_centre(scene, wide, rng)
    if centre is None:
        return
    quad = random_quad(aspect, rng)
    quad = (quad * (wide / np.ptp(quad[:, 0])) + centre).astype(np.float32)
    paste(scene.gray, draw_decoy(aspect, rng), quad, rng)
    scene.decoys.append(box_around(quad))
