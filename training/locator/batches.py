"""What the locator's networks are trained on: scenes, and windows cut out of scenes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from anpr.locate.locator_input import (
    blocks_as_channels,
    cut_window,
    window_edges,
)
from anpr.pixels import standardise
from training.data.mined_boxes import DECOYS, DOUBTFUL, read_places
from training.data.photos import training_photos
from training.locator.cells import cell_targets
from training.locator.pasting import box_around
from training.locator.scenes import NOWHERE, SCENE_HW, Photo, Scene, make_scene
from training.plates.pool import FlatPool, open_pool

LONG_SIDE = 640  # of the photos as kept in memory: what most of them have anyway
FLAT_SHARDS = 6  # of the pool: 30,000 plates are more than a locator can tell apart
SHIFT, GROWTH = 0.12, 0.15  # how far the finder's boxes are off, of the side: deviations
EMPTY_CHANCE = 0.6  # of a scene to give a window without a plate: a third of all windows are such
HARD_SHARE = 0.7  # of those, where the scene has a place that was or may be taken for a plate
WINDOW_WIDTHS_PX = (16.0, 260.0)  # of the plates in scenes for windows


@dataclass(frozen=True)
class FinderBatch:
    """Scenes and what the finder should say of each cell.

    Attributes:
        photo: (N, 16, 72, 96) float32.
        hill: (N, 36, 48) float32, 1 on the cell of a centre, falling off around it.
        weight: (N, 36, 48) float32, 0 where nobody knows.
        geometry: (N, 4, 36, 48) float32: x and y to the centre, logarithms of width and height.
        inside: (N, 36, 48) bool, where the geometry counts.
    """

    photo: Tensor
    hill: Tensor
    weight: Tensor
    geometry: Tensor
    inside: Tensor


@dataclass(frozen=True)
class CornerBatch:
    """Windows and what is in them.

    Attributes:
        window: (N, 1, 64, 128) float32.
        has_plate: (N,) float32.
        corners: (N, 4, 2) float32, -1 to 1 across the window; of a box where no more is known.
        is_exact: (N,) bool, whether they are corners and not those of a box.
    """

    window: Tensor
    has_plate: Tensor
    corners: Tensor
    is_exact: Tensor


@dataclass(frozen=True)
class Photos:
    """The photos marked for training, and drawn plates to paste into them."""

    photos: tuple[Photo, ...]
    flats: FlatPool

    def random_scene(self, widths: tuple[float, float], rng: np.random.Generator) -> Scene:
        """A scene of any of them, with plates of some widths in px."""
        return make_scene(self.photos[int(rng.integers(len(self.photos)))], self.flats, widths, rng)


def open_photos(data: Path, cache: Path) -> Photos:
    """Decode all photos marked for training, shrunk to LONG_SIDE."""
    doubtful, decoys = read_places(cache / DOUBTFUL), read_places(cache / DECOYS)
    photos = []
    for path, boxes in training_photos(data):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        factor = min(1.0, LONG_SIDE / max(gray.shape))
        if factor < 1:
            gray = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        places = (boxes, doubtful.get(path.name, NOWHERE), decoys.get(path.name, NOWHERE))
        photos.append(Photo(gray, *(found * factor for found in places)))
    return Photos(tuple(photos), open_pool(cache / "flats", FLAT_SHARDS))


class FinderSource(Dataset[FinderBatch]):
    """Batches of scenes, by number."""

    def __init__(self, photos: Photos, size: int, seed: int, widths: tuple[float, float]) -> None:
        self._photos, self._size, self._seed, self._widths = photos, size, seed, widths

    def __getitem__(self, number: int) -> FinderBatch:
        rng = np.random.default_rng([self._seed, number])
        scenes = [self._photos.random_scene(self._widths, rng) for _ in range(self._size)]
        canvases = standardise(np.stack([scene.canvas for scene in scenes]))
        hills, weights, geometries, inside = zip(*map(cell_targets, scenes), strict=True)
        return FinderBatch(
            torch.from_numpy(blocks_as_channels(canvases)),
            torch.from_numpy(np.stack(hills)),
            torch.from_numpy(np.stack(weights)),
            torch.from_numpy(np.stack(geometries)),
            torch.from_numpy(np.stack(inside)),
        )


class CornerSource(Dataset[CornerBatch]):
    """Batches of windows, by number."""

    def __init__(self, photos: Photos, size: int, seed: int) -> None:
        self._photos, self._size, self._seed = photos, size, seed

    def __getitem__(self, number: int) -> CornerBatch:
        rng = np.random.default_rng([self._seed, number])
        windows: list[np.ndarray] = []
        corners, plates, exact = [], [], []
        while len(windows) < self._size:
            scene = self._photos.random_scene(WINDOW_WIDTHS_PX, rng)
            for quad, is_drawn in zip(scene.quads, scene.is_drawn, strict=True):
                box = _misjudged(box_around(quad), rng)
                windows.append(cut_window(scene.canvas, box))
                corners.append(in_window(quad, box))
                plates.append(1.0)
                exact.append(is_drawn)
            if rng.random() < EMPTY_CHANCE and (box := _empty_box(scene, rng)) is not None:
                windows.append(cut_window(scene.canvas, box))
                corners.append(np.zeros((4, 2), np.float32))
                plates.append(0.0)
                exact.append(False)
        return CornerBatch(
            torch.from_numpy(standardise(np.stack(windows[: self._size]))[:, None]),
            torch.tensor(plates[: self._size]),
            torch.from_numpy(np.stack(corners[: self._size]).astype(np.float32)),
            torch.tensor(exact[: self._size]),
        )


def in_window(points: np.ndarray, box: np.ndarray) -> np.ndarray:
    """Points (N, 2) of a photo, from -1 to 1 across the window around a box."""
    low, high = np.array(window_edges(box), np.float32).reshape(2, 2)
    return np.asarray((points - low) / (high - low) * 2 - 1, np.float32)


def _misjudged(box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The box as the finder may give it."""
    size = box[2:] - box[:2]
    centre = (box[:2] + box[2:]) / 2 + rng.normal(0, SHIFT, 2) * size
    size = size * np.exp(rng.normal(0, GROWTH, 2))
    return np.concatenate([centre - size / 2, centre + size / 2])


def _empty_box(scene: Scene, rng: np.random.Generator) -> np.ndarray | None:
    """A place without a plate in it, or with a small part of one; None where chance finds none."""
    if scene.decoys and rng.random() < HARD_SHARE:
        return _misjudged(scene.decoys[int(rng.integers(len(scene.decoys)))], rng)
    wide = float(np.exp(rng.uniform(*np.log(WINDOW_WIDTHS_PX))))
    tall = wide / rng.uniform(1.2, 5)
    left, top = rng.uniform(-0.2, 1, 2) * (SCENE_HW[1] - wide, SCENE_HW[0] - tall)
    box = np.array([left, top, left + wide, top + tall])
    for other in [*scene.boxes(), *scene.masked]:
        low, high = np.maximum(box[:2], other[:2]), np.minimum(box[2:], other[2:])
        shared = float(np.prod(np.maximum(high - low, 0)))
        smaller = min(wide * tall, float(np.prod(other[2:] - other[:2])))
        if shared > 0.15 * smaller:
            return None
    return box
