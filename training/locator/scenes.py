"""Photos to find plates in: real ones moved and zoomed, with plates and decoys pasted in.

Every scene is made from a photo marked for training. Its labelled plates stay, or are painted out
and covered by drawn ones of any country; drawn plates also appear where no plate was, and signs,
stickers and grilles, which are none. What is pasted takes the light and the blur of its place.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from training.locator.decoys import draw_decoy
from training.locator.pasting import box_around, corners_of, paint_holder, paint_out, paste, spoiled
from training.plates.pool import FlatPool
from training.plates.poses import random_quad

SCENE_HW = (288, 384)
REPLACED_SHARE = 0.4  # of the labelled plates: the world's plates, not the train photos' alone
EXTRA_SHARE = 0.4  # scenes with drawn plates where there was none
DECOY_SHARE = 0.3
MIRRORED_SHARE = 0.2  # plates of photos taken through a mirror are plates too
TURN_DEG = 2.0  # of the camera, standard deviation: a turned box is looser than the plate's own
STRETCH = 0.12  # of width against height, standard deviation
EMPTY_GRAY = 112  # beyond the photo
NOWHERE = np.empty((0, 4))
FARTHEST = 1.0  # no photo is shown smaller than the scene
LEAST_IN_VIEW = 0.6  # of a plate's box: with less of it in the scene it is masked, not taught


@dataclass(frozen=True)
class Photo:
    """A photo and what is known of it; boxes are left, top, right, bottom in its pixels.

    Attributes:
        gray: (H, W) uint8.
        boxes: (N, 4) its labelled plates.
        doubtful: (M, 4) places that may be plates without a label.
        decoys: (K, 4) places that a finder took for plates, and that are none.
    """

    gray: np.ndarray
    boxes: np.ndarray
    doubtful: np.ndarray = field(default_factory=lambda: NOWHERE)
    decoys: np.ndarray = field(default_factory=lambda: NOWHERE)


@dataclass
class Scene:
    """A canvas and what stands on it, while it is being painted.

    Attributes:
        canvas: (288, 384) uint8.
        quads: corners (4, 2) of the plates, clockwise from the top left; upright boxes where
            only a box is known.
        is_drawn: for each, whether its corners are known.
        masked: boxes (4,) of places that may or may not be plates.
        decoys: boxes (4,) of what looks like a plate and is none.
    """

    canvas: np.ndarray
    quads: list[np.ndarray] = field(default_factory=list)
    is_drawn: list[bool] = field(default_factory=list)
    masked: list[np.ndarray] = field(default_factory=list)
    decoys: list[np.ndarray] = field(default_factory=list)

    def boxes(self) -> np.ndarray:
        """(N, 4) upright boxes of the plates."""
        return np.array([box_around(quad) for quad in self.quads]).reshape(-1, 4)


def make_scene(
    photo: Photo, flats: FlatPool, widths: tuple[float, float], rng: np.random.Generator
) -> Scene:
    """Make a scene.

    Args:
        photo: what it is made from.
        flats: drawn plates.
        widths: of the plates in the scene, px, from and to.
        rng: source of chance.
    """
    matrix = _random_view(photo.gray.shape, photo.boxes, widths, rng)
    scene = Scene(
        _seen(photo.gray, matrix),
        masked=[box_around(_moved(corners_of(box), matrix)) for box in photo.doubtful],
        decoys=[box_around(_moved(corners_of(box), matrix)) for box in photo.decoys],
    )
    for box in photo.boxes:
        _add_real(scene, _moved(corners_of(box), matrix), flats, rng)
    if rng.random() < EXTRA_SHARE:
        for _ in range(int(rng.integers(1, 4))):
            _add_extra(scene, flats, widths, rng)
    if rng.random() < DECOY_SHARE:
        for _ in range(int(rng.integers(1, 4))):
            _add_decoy(scene, rng)
    scene.canvas = spoiled(scene.canvas, rng)
    return scene


def _random_view(
    shape: tuple[int, ...],
    boxes: np.ndarray,
    widths: tuple[float, float],
    rng: np.random.Generator,
) -> np.ndarray:
    """A (2, 3) matrix from photo to scene: zoomed on a plate most often, else anywhere."""
    tall, wide = SCENE_HW
    height, width = shape
    angle, stretch = np.deg2rad(rng.normal(0, TURN_DEG)), np.exp(rng.normal(0, STRETCH))
    if len(boxes) and rng.random() < 0.85:
        left, top, right, bottom = boxes[int(rng.integers(len(boxes)))]
        target = np.exp(rng.uniform(*np.log(widths)))
        zoom = min(target / (right - left), 0.9 * tall / (bottom - top))
        centre = np.array([left + right, top + bottom]) / 2
        zoom = max(zoom, FARTHEST * min(wide / width, tall / height))
        place = rng.uniform(0.1, 0.9, 2) * (wide, tall)
        # Where the photo is larger than the scene it fills it: beyond its edge is nothing to see.
        low, high = (
            centre * zoom,
            np.array([wide, tall]) - (np.array([width, height]) - centre) * zoom,
        )
        place = np.clip(place, np.minimum(low, high), np.maximum(low, high))
    else:
        zoom = min(wide / width, tall / height) * np.exp(rng.uniform(-0.1, 1.2))
        centre, place = rng.uniform(0.2, 0.8, 2) * (width, height), np.array([wide, tall]) / 2
    cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
    turn = np.array([[cos * stretch, -sin * stretch], [sin / stretch, cos / stretch]])
    if rng.random() < MIRRORED_SHARE:
        turn[:, 0] *= -1
    return np.concatenate([turn, (place - turn @ centre)[:, None]], axis=1).astype(np.float32)


def _seen(photo: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    zoom = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if zoom < 0.75:  # warpAffine skips pixels where it shrinks
        step = cv2.resize(photo, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        shrunk = np.array([photo.shape[1] / step.shape[1], photo.shape[0] / step.shape[0]])
        matrix = np.concatenate([matrix[:, :2] * shrunk[None], matrix[:, 2:]], axis=1)
        photo = step
    return cv2.warpAffine(
        photo, matrix, SCENE_HW[::-1], borderMode=cv2.BORDER_CONSTANT, borderValue=EMPTY_GRAY
    )


def _moved(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)


def _in_view(box: np.ndarray) -> float:
    """The share of a box that lies within the scene."""
    size = np.maximum(box[2:] - box[:2], 1e-3)
    seen = np.minimum(box[2:], SCENE_HW[::-1]) - np.maximum(box[:2], 0)
    return float(np.prod(np.maximum(seen, 0) / size))


def _add_real(scene: Scene, quad: np.ndarray, flats: FlatPool, rng: np.random.Generator) -> None:
    """Keep a labelled plate, or cover it with a drawn one; mask it where little of it is seen."""
    box = box_around(quad)
    share = _in_view(box)
    if share <= 0:
        return
    if share < LEAST_IN_VIEW:
        scene.masked.append(box)
    elif rng.random() < REPLACED_SHARE:
        paint_out(scene.canvas, box)
        size = box[2:] - box[:2]
        _paste_plate(scene, (box[:2] + box[2:]) / 2, float(size.max()), flats, rng)
    else:
        scene.quads.append(corners_of(box))
        scene.is_drawn.append(False)


def _add_extra(
    scene: Scene, flats: FlatPool, widths: tuple[float, float], rng: np.random.Generator
) -> None:
    width = float(np.exp(rng.uniform(*np.log(widths))))
    centre = _free_place(scene, width, rng)
    if centre is not None:
        _paste_plate(scene, centre, width, flats, rng)


def _free_place(scene: Scene, width: float, rng: np.random.Generator) -> np.ndarray | None:
    """A centre (2,) with room for something of a width around it; None where chance finds none."""
    centre = np.asarray(rng.uniform(0.05, 0.95, 2) * SCENE_HW[::-1])
    box = np.concatenate([centre - width / 2, centre + width / 2])
    taken = [box_around(quad) for quad in scene.quads] + scene.masked
    is_free = all(
        box[2] < other[0] or box[0] > other[2] or box[3] < other[1] or box[1] > other[3]
        for other in taken
    )
    return centre if is_free else None


def _paste_plate(
    scene: Scene, centre: np.ndarray, width: float, flats: FlatPool, rng: np.random.Generator
) -> None:
    """Paste a drawn plate whose box is ``width`` px wide in the light of its place."""
    index = int(rng.integers(len(flats)))
    quad = random_quad(flats.aspects[index], rng)
    box = box_around(quad)
    quad = (quad - (box[:2] + box[2:]) / 2) * (width / (box[2] - box[0])) + centre
    quad = quad.astype(np.float32)
    share = _in_view(box_around(quad))
    if share <= 0.05:
        return
    if rng.random() < 0.5:
        paint_holder(scene.canvas, quad, rng)
    paste(scene.canvas, flats.image(index), quad, rng)
    if share < LEAST_IN_VIEW:
        scene.masked.append(box_around(quad))
    else:
        scene.quads.append(quad)
        scene.is_drawn.append(True)


def _add_decoy(scene: Scene, rng: np.random.Generator) -> None:
    """A sign, sticker, grille or page where no plate is: not to be taken for one."""
    wide = float(np.exp(rng.uniform(np.log(16), np.log(250))))
    aspect = float(rng.uniform(0.6, 6))
    centre = _free_place(scene, wide, rng)
    if centre is None:
        return
    quad = random_quad(aspect, rng)
    quad = (quad * (wide / np.ptp(quad[:, 0])) + centre).astype(np.float32)
    paste(scene.canvas, draw_decoy(aspect, rng), quad, rng)
    scene.decoys.append(box_around(quad))
