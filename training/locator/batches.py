"""Training batches of the locator: scenes for the detector, windows for the corner regressor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from anpr.locate.locator_input import blocks_as_channels, cut_window, window_edges
from anpr.pixels import standardise
from anpr.types import Image
from training.data.mined_boxes import DECOYS, DOUBTFUL, read_boxes
from training.data.photos import training_photos
from training.locator.boxes import box_around
from training.locator.cells import cell_targets
from training.locator.scenes import NO_BOXES, SCENE_HW, Scene, ScenePhoto, make_scene
from training.plates.pool import FlatPool, open_pool

MAX_SIDE = 640  # px, of the photos in memory; most of them are no larger anyway
FLAT_SHARDS = 6  # of the pool: 30,000 plates are more than the locator can distinguish
# Standard deviations of the detector's errors in position and size, as shares of a box's side.
SHIFT, GROWTH = 0.12, 0.15
EMPTY_CHANCE = 0.6  # that a scene adds a window without a plate; makes them a third of all windows
DECOY_CHANCE = 0.7  # that this window is a decoy, if the scene has one
CORNER_WIDTHS_PX = (16.0, 260.0)  # widths of plates in the scenes for windows


@dataclass(frozen=True)
class DetectorBatch:
    """Scenes and the targets of all their cells; see `training.locator.cells.CellTargets`."""

    photo: Tensor
    """Detector input: float32, (n, 16, 72, 96)."""
    heat: Tensor
    """float32, (n, 36, 48)."""
    weight: Tensor
    """float32, (n, 36, 48)."""
    geometry: Tensor
    """float32, (n, 4, 36, 48)."""
    has_box: Tensor
    """bool, (n, 36, 48)."""


@dataclass(frozen=True)
class CornerBatch:
    """Windows and the plates in them."""

    window: Tensor
    """Input of the corner regressor: float32, (n, 1, 64, 128)."""
    has_plate: Tensor
    """float32, (n,), 0 or 1."""
    corners: Tensor
    """float32, (n, 4, 2), -1 to 1 across the window; those of the box if only that is known."""
    is_exact: Tensor
    """bool, (n,): whether the corners are those of the plate, not of its box."""


@dataclass(frozen=True)
class Photos:
    """The photos that may be trained on, and drawn plates to paste into them."""

    photos: tuple[ScenePhoto, ...]
    flats: FlatPool

    def random_scene(self, widths: tuple[float, float], rng: np.random.Generator) -> Scene:
        """Makes a scene from one of the photos, with plates of `widths` (minimum, maximum) px."""
        photo = self.photos[int(rng.integers(len(self.photos)))]
        return make_scene(photo, self.flats, widths, rng)


def open_photos(data: Path, cache: Path) -> Photos:
    """Loads all photos that may be trained on, shrunk to `MAX_SIDE`."""
    doubtful, decoys = read_boxes(cache / DOUBTFUL), read_boxes(cache / DECOYS)
    photos = []
    for path, boxes in training_photos(data):
        gray = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            raise ValueError(f"{path}: cannot decode")
        factor = min(1.0, MAX_SIDE / max(gray.shape))
        if factor < 1:
            gray = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        all_boxes = (boxes, doubtful.get(path.name, NO_BOXES), decoys.get(path.name, NO_BOXES))
        photos.append(ScenePhoto(gray, *(edges * factor for edges in all_boxes)))
    return Photos(tuple(photos), open_pool(cache / "flats", FLAT_SHARDS))


class DetectorSource(Dataset[DetectorBatch]):
    """Batches of scenes, by number."""

    def __init__(self, photos: Photos, size: int, seed: int, widths: tuple[float, float]) -> None:
        self._photos, self._size, self._seed, self._widths = photos, size, seed, widths

    def __getitem__(self, number: int) -> DetectorBatch:
        rng = np.random.default_rng([self._seed, number])
        scenes = [self._photos.random_scene(self._widths, rng) for _ in range(self._size)]
        pixels = standardise(np.stack([scene.gray for scene in scenes]))
        heat, weights, geometries, have_boxes = zip(*map(cell_targets, scenes), strict=True)
        return DetectorBatch(
            torch.from_numpy(blocks_as_channels(pixels)),
            torch.from_numpy(np.stack(heat)),
            torch.from_numpy(np.stack(weights)),
            torch.from_numpy(np.stack(geometries)),
            torch.from_numpy(np.stack(have_boxes)),
        )


class CornerSource(Dataset[CornerBatch]):
    """Batches of windows, by number."""

    def __init__(self, photos: Photos, size: int, seed: int) -> None:
        self._photos, self._size, self._seed = photos, size, seed

    def __getitem__(self, number: int) -> CornerBatch:
        rng = np.random.default_rng([self._seed, number])
        windows: list[Image] = []
        corners, has_plate, is_exact = [], [], []
        while len(windows) < self._size:
            scene = self._photos.random_scene(CORNER_WIDTHS_PX, rng)
            for quad, is_drawn in zip(scene.quads, scene.is_drawn, strict=True):
                box = _with_errors(box_around(quad), rng)
                windows.append(cut_window(scene.gray, box))
                corners.append(in_window(quad, box))
                has_plate.append(1.0)
                is_exact.append(is_drawn)
            empty = _empty_box(scene, rng) if rng.random() < EMPTY_CHANCE else None
            if empty is not None:
                windows.append(cut_window(scene.gray, empty))
                corners.append(np.zeros((4, 2), np.float32))
                has_plate.append(0.0)
                is_exact.append(False)
        return CornerBatch(
            torch.from_numpy(standardise(np.stack(windows[: self._size]))[:, None]),
            torch.tensor(has_plate[: self._size]),
            torch.from_numpy(np.stack(corners[: self._size]).astype(np.float32)),
            torch.tensor(is_exact[: self._size]),
        )


def in_window(points: NDArray[Any], box: NDArray[Any]) -> NDArray[Any]:
    """Converts points (n, 2) of a photo into -1 to 1 across the window around a box."""
    low, high = np.array(window_edges(box), np.float32).reshape(2, 2)
    return np.asarray((points - low) / (high - low) * 2 - 1, np.float32)


def _with_errors(box: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Returns a box with errors such as the detector makes."""
    size = box[2:] - box[:2]
    centre = (box[:2] + box[2:]) / 2 + rng.normal(0, SHIFT, 2) * size
    size = size * np.exp(rng.normal(0, GROWTH, 2))
    return np.concatenate([centre - size / 2, centre + size / 2])


def _empty_box(scene: Scene, rng: np.random.Generator) -> NDArray[Any] | None:
    """Chooses a box with at most a small part of a plate; returns `None` if it has a larger one."""
    if scene.decoys and rng.random() < DECOY_CHANCE:
        return _with_errors(scene.decoys[int(rng.integers(len(scene.decoys)))], rng)
    wide = float(np.exp(rng.uniform(*np.log(CORNER_WIDTHS_PX))))
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
