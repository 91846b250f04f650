"""Finds plates with two convolutional networks trained on plates, through `anpr.models.engine`.

The detector gets the whole photo, shrunk, and returns a map of plate centres with the size of each
plate. The corner regressor gets the surroundings of each of these boxes, in the photo itself. It
returns the probability of a plate and its four corners, so that the plate can be rectified. How the
networks were trained: `anpr/models/README.md`.

Source of the detector's output (centres on a map): X. Zhou, D. Wang, P. Krähenbühl, "Objects as
Points", arXiv:1904.07850, 2019.
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.debug import HIDDEN, Windows, draw_candidates
from anpr.locate.locator_input import (
    DETECTOR_INPUT_HW,
    STRIDE,
    cut_window,
    detector_input,
    shrink,
    window_edges,
)
from anpr.models.engine import Run, load
from anpr.pixels import standardise
from anpr.types import Candidate, Image

MAX_OVERLAP = 0.4  # intersection over union above which two boxes are taken for the same plate
MAX_BOXES = 12  # enough for a photo of a car park; each box costs one run of the corner regressor
MIN_SCORE = 0.49  # minimum geometric mean of both networks' scores; keeps 99.5 % of the plates
MIN_DETECTOR_SCORE = MIN_SCORE**2  # with less, even a certain corner regressor is not enough
NEIGHBOURS = np.ones((3, 3), np.uint8)  # a centre is a cell whose neighbours all score no higher
MIN_AREA = 1e-9  # px2; keeps the overlap of two boxes without any area finite
MAX_LOG_SIZE = 5.0  # log of a side in cells: larger than any input, and the exponential is finite


@dataclass(frozen=True, eq=False)
class Boxes:
    """Upright boxes of plates, the most probable first."""

    edges: NDArray[Any]
    """float32, (n, 4): left, top, right, bottom in pixels of the detector input or of the photo."""
    scores: NDArray[Any]
    """float32, (n,): probability of a plate, 0 to 1."""

    def __getitem__(self, chosen: NDArray[Any] | slice) -> "Boxes":
        return Boxes(self.edges[chosen], self.scores[chosen])


@dataclass(frozen=True, eq=False)
class NetworkLocator:
    """Finds plates of any size and angle. May be shared by threads."""

    debug: Windows = HIDDEN
    """Debug windows; the steps are drawn only if they are visible, as that takes time."""
    zoom: float = 1.0
    """Scale factor for the detector input. Photos that already fit at 1.0 are skipped."""
    detector: Run = field(default_factory=lambda: load("detector"))
    corner_regressor: Run = field(default_factory=lambda: load("corners"))

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds plates, each with its four corners and a score, the most probable first.

        Args:
            gray: uint8, (height, width), of any size and shape. The more pixels, the more exact
                the corners.
        """
        small = shrink(gray, self.zoom)
        if self.zoom > 1 and small.size <= DETECTOR_INPUT_HW[0] * DETECTOR_INPUT_HW[1]:
            return []
        cells = self.detector(detector_input(small))[0]
        boxes = find_boxes(cells, MIN_DETECTOR_SCORE, MAX_OVERLAP)
        factors = np.array(gray.shape[::-1]) / small.shape[::-1]
        boxes = Boxes(boxes.edges * np.tile(factors, 2), boxes.scores)[:MAX_BOXES]
        candidates = self._with_corners(gray, boxes)
        if self.debug.is_visible:
            self.debug.show("Heat Map", heat_map(cells, small.shape))
            self.debug.show("Candidates", draw_candidates(gray, candidates), wait=True)
        return candidates

    def _with_corners(self, gray: Image, boxes: Boxes) -> list[Candidate]:
        """Finds the corners in each box; drops unlikely plates and duplicates."""
        quads, probabilities = self._find_corners(gray, boxes.edges)
        scores = np.sqrt(probabilities * boxes.scores)
        likely = np.flatnonzero(scores >= MIN_SCORE)
        refined = Boxes(_boxes_around(quads[likely]), scores[likely])
        kept = likely[without_overlaps(refined, MAX_OVERLAP)]
        return [
            Candidate.with_corners(quad, float(score))
            for quad, score in zip(quads[kept], scores[kept], strict=True)
        ]

    def _find_corners(self, gray: Image, edges: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Runs the corner regressor on n boxes (n, 4).

        Returns:
            Corners in pixels of the photo, float32, (n, 4, 2), and probabilities of a plate,
            float32, (n,), 0 to 1.
        """
        if not len(edges):
            return np.empty((0, 4, 2), np.float32), np.empty(0, np.float32)
        windows = standardise([cut_window(gray, box) for box in edges])
        outputs = self.corner_regressor(windows[:, None])
        return window_quads(outputs, edges), _sigmoid(outputs[:, 0])


def _boxes_around(quads: NDArray[Any]) -> NDArray[Any]:
    """Returns the upright boxes (n, 4) around quadrilaterals (n, 4, 2)."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)


def window_quads(outputs: NDArray[Any], boxes: NDArray[Any]) -> NDArray[Any]:
    """Converts the corner regressor's outputs to corners in the photo.

    Args:
        outputs: float32, (n, 9), one for the window of each box, see
            `training/locator/networks.py`.
        boxes: float, (n, 4): left, top, right, bottom in pixels of the photo.

    Returns:
        The plates' corners in pixels of the photo: float32, (n, 4, 2).
    """
    edges = np.array([window_edges(box) for box in boxes], np.float32)[:, None]
    low, high = edges[..., :2], edges[..., 2:]
    corners: NDArray[Any] = (outputs[:, 1:].reshape(-1, 4, 2) + 1) / 2 * (high - low) + low
    return corners


def heat_map(cells: NDArray[Any], shape: tuple[int, ...]) -> Image:
    """Draws the detector's probability of a plate's centre, for debugging.

    Args:
        cells: See `find_boxes`.
        shape: (height, width) of the detector input before it was padded.

    Returns:
        uint8, (height, width); the lighter, the more probable.
    """
    height, width = shape
    scores = cv2.resize(_sigmoid(cells[0]), None, fx=STRIDE, fy=STRIDE)
    return (255 * scores[:height, :width]).astype(np.uint8)


def find_boxes(cells: NDArray[Any], min_score: float, max_overlap: float) -> Boxes:
    """Converts the detector's output to boxes: one for each local maximum of its scores.

    Args:
        cells: float32, (5, rows, columns), see `training/locator/networks.py`.
        min_score: Minimum score of a box, 0 to 1.
        max_overlap: If the intersection over union of two boxes is larger, only the more probable
            one is kept.

    Returns:
        Boxes in pixels of the detector input.
    """
    scores = _sigmoid(cells[0])
    highest_nearby = cv2.dilate(scores, NEIGHBOURS)
    rows, columns = np.nonzero((scores >= highest_nearby) & (scores >= min_score))
    x, y, log_width, log_height = cells[1:, rows, columns]
    centres = np.stack([columns + 0.5 + x, rows + 0.5 + y], axis=1) * STRIDE
    log_sizes = np.stack([log_width, log_height], axis=1)
    half_sizes = np.exp(np.minimum(log_sizes, MAX_LOG_SIZE)) * STRIDE / 2
    edges = np.concatenate([centres - half_sizes, centres + half_sizes], axis=1)
    boxes = Boxes(edges.astype(np.float32), scores[rows, columns])
    return boxes[without_overlaps(boxes, max_overlap)]


def without_overlaps(boxes: Boxes, max_overlap: float) -> NDArray[Any]:
    """Non-maximum suppression: drops each box that overlaps a more probable one too far.

    Args:
        boxes: In any order.
        max_overlap: Maximum intersection over union, 0 to 1.

    Returns:
        int, (kept,): indices of the boxes that are kept, the most probable first.
    """
    kept: list[int] = []
    for index in np.argsort(-boxes.scores, kind="stable").tolist():
        if not kept or _overlaps(boxes.edges[index], boxes.edges[kept]).max() <= max_overlap:
            kept.append(index)
    return np.array(kept, int)


def _overlaps(box: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Returns the intersection over union, 0 to 1, of a box (4,) with each of others (n, 4)."""
    low, high = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    areas = np.prod(others[:, 2:] - others[:, :2], axis=1) + np.prod(box[2:] - box[:2])
    overlaps: NDArray[Any] = shared / np.maximum(areas - shared, MIN_AREA)
    return overlaps


def _sigmoid(logits: NDArray[Any]) -> NDArray[Any]:
    probabilities: NDArray[Any] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return probabilities.astype(np.float32)
