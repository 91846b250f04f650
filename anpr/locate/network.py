"""Candidates by two convolutional networks that learned plates, through `cv2.dnn`.

The finder looks at the whole photo, shrunk, and says where plates are and how large about. The
corner finder looks at the surroundings of each such box in the photo itself, and says whether it
is a plate indeed and where its four corners are, so that it can be made upright. How they were
trained: `anpr/models/README.md`.

Source of the finder's way to say where: X. Zhou, D. Wang, P. Krähenbühl, "Objects as Points",
arXiv:1904.07850, 2019.
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.locate.locator_input import (
    CANVAS_HW,
    STRIDE,
    cut_window,
    detector_input,
    shrink,
    window_edges,
)
from anpr.models import weights
from anpr.pixels import standardise
from anpr.types import Candidate, Image, Show

OVERLAP = 0.4  # of two boxes: more, and they are two guesses at one plate
MOST_BOXES = 12  # a photo of a car park; each costs a window
LEAST_PLATE = 0.49  # of both networks, their geometric mean: keeps 199 of 200 plates
LEAST_SCORE = LEAST_PLATE**2  # of the finder: with less, not even a certain corner finder helps
NEIGHBOURS = np.ones((3, 3), np.uint8)  # a centre is a cell that none of these surpasses
OUTLINE_BGR = (0, 255, 0)
LARGEST_LOG_SIZE = 5.0  # of a box in cells: no canvas is as large, and more would overflow


@dataclass(frozen=True, eq=False)
class Boxes:
    """Places where the finder sees plates, the likeliest first."""

    edges: NDArray[Any]
    """float32, (n, 4): left, top, right, bottom in pixels of the canvas, or of the photo."""
    scores: NDArray[Any]
    """float32, (n,), 0 to 1."""

    def __getitem__(self, chosen: NDArray[Any] | slice) -> "Boxes":
        return Boxes(self.edges[chosen], self.scores[chosen])


@dataclass(frozen=True, eq=False)
class NetworkLocator:
    """Finds plates of any size and turn. Not to be shared between threads, as OpenCV's nets."""

    show: Show | None = None
    """Shows the steps; None draws none of them, which takes time."""
    zoom: float = 1.0
    """How much finer than usual to look; small photos, which that sees whole, are not looked at."""
    detector: cv2.dnn.Net = field(default_factory=lambda: weights.load("detector"))
    corner_regressor: cv2.dnn.Net = field(default_factory=lambda: weights.load("corners"))

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds plates, the likeliest first, each with its four corners and a score.

        Args:
            gray: uint8, (height, width), of any size and shape. The whole photo: a shrunk one
                loses what the corners are found by.
        """
        canvas = shrink(gray, self.zoom)
        if self.zoom > 1 and canvas.size <= CANVAS_HW[0] * CANVAS_HW[1]:
            return []
        self.detector.setInput(detector_input(canvas))
        cells = self.detector.forward()[0]
        boxes = find_boxes(cells, LEAST_SCORE, OVERLAP)
        factors = np.array(gray.shape[::-1]) / canvas.shape[::-1]
        boxes = Boxes(boxes.edges * np.tile(factors, 2), boxes.scores)[:MOST_BOXES]
        candidates = self._with_corners(gray, boxes)
        if self.show is not None:
            self.show("Heat Map", heat_map(cells, canvas.shape), False)
            self.show("Candidates", _outlined(gray, candidates), True)
        return candidates

    def _with_corners(self, gray: Image, boxes: Boxes) -> list[Candidate]:
        quads, probabilities = self._find_corners(gray, boxes.edges)
        scores = np.sqrt(probabilities * boxes.scores)
        likely = np.flatnonzero(scores >= LEAST_PLATE)
        around = Boxes(_boxes_around(quads[likely]), scores[likely])
        kept = likely[strongest(around, OVERLAP)]
        return [
            Candidate.with_corners(quad, float(score))
            for quad, score in zip(quads[kept], scores[kept], strict=True)
        ]

    def _find_corners(self, gray: Image, edges: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The corners (n, 4, 2) in each of n boxes, and how likely there is a plate (n,)."""
        if not len(edges):
            return np.empty((0, 4, 2), np.float32), np.empty(0, np.float32)
        answers = np.concatenate([self._find_in(cut_window(gray, box)) for box in edges])
        return window_quads(answers, edges), _sigmoid(answers[:, 0])

    def _find_in(self, window: Image) -> NDArray[Any]:
        """The answer (1, 9) on one window: OpenCV plans anew where their number changes."""
        self.corner_regressor.setInput(standardise(window[None])[None])
        answer: NDArray[Any] = self.corner_regressor.forward()
        return answer


def _boxes_around(quads: NDArray[Any]) -> NDArray[Any]:
    """The upright boxes (n, 4) around quadrilaterals (n, 4, 2)."""
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)


def window_quads(answers: NDArray[Any], boxes: NDArray[Any]) -> NDArray[Any]:
    """Reads what the corner finder says of the windows of boxes.

    Args:
        answers: float32, (n, 9), see `training/locator_networks.py`.
        boxes: float, (n, 4): left, top, right, bottom in pixels of the photo.

    Returns:
        The plates' corners, float32, (n, 4, 2), in pixels of the photo.
    """
    edges = np.array([window_edges(box) for box in boxes], np.float32)[:, None]
    low, high = edges[..., :2], edges[..., 2:]
    corners: NDArray[Any] = (answers[:, 1:].reshape(-1, 4, 2) + 1) / 2 * (high - low) + low
    return corners


def heat_map(cells: NDArray[Any], shape: tuple[int, ...]) -> Image:
    """Where the finder sees plates: uint8, the shape of its canvas, the lighter the likelier."""
    height, width = shape
    scores = cv2.resize(_sigmoid(cells[0]), None, fx=STRIDE, fy=STRIDE)
    return (255 * scores[:height, :width]).astype(np.uint8)


def _outlined(gray: Image, candidates: list[Candidate]) -> Image:
    """The photo with its candidates and their scores."""
    bgr = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
    thickness = max(1, max(gray.shape) // 400)
    for candidate in candidates:
        cv2.drawContours(bgr, [candidate.contour], -1, OUTLINE_BGR, thickness)
        place = candidate.box.x, max(0, candidate.box.y - 3 * thickness)
        cv2.putText(
            bgr,
            f"{candidate.score:.2f}",
            place,
            cv2.FONT_HERSHEY_SIMPLEX,
            0.4 * thickness,
            OUTLINE_BGR,
            thickness,
        )
    return bgr


def find_boxes(cells: NDArray[Any], least_score: float, overlap: float) -> Boxes:
    """Reads the finder's map.

    Args:
        cells: float32, (5, rows, columns), see `training/locator_networks.py`.
        least_score: Below it a cell is no plate.
        overlap: Of two boxes whose intersection over union is larger, the likelier one stays.
    """
    scores = _sigmoid(cells[0])
    summits = cv2.dilate(scores, NEIGHBOURS)
    rows, columns = np.nonzero((scores >= summits) & (scores >= least_score))
    x, y, log_width, log_height = cells[1:, rows, columns]
    centres = np.stack([columns + 0.5 + x, rows + 0.5 + y], axis=1) * STRIDE
    log_sizes = np.stack([log_width, log_height], axis=1)
    halves = np.exp(np.minimum(log_sizes, LARGEST_LOG_SIZE)) * STRIDE / 2
    edges = np.concatenate([centres - halves, centres + halves], axis=1)
    boxes = Boxes(edges.astype(np.float32), scores[rows, columns])
    return boxes[strongest(boxes, overlap)]


def strongest(boxes: Boxes, overlap: float) -> NDArray[Any]:
    """Non-maximum suppression: every box goes that a likelier one overlaps too far.

    Returns:
        int, the numbers of those that stay, the likeliest first.
    """
    low, high = boxes.edges[:, :2], boxes.edges[:, 2:]
    boxes_xywh = np.concatenate([low, high - low], axis=1).tolist()
    return np.array(cv2.dnn.NMSBoxes(boxes_xywh, boxes.scores.tolist(), 0.0, overlap), int)


def intersection_over_union(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Returns the overlaps, 0 to 1, of boxes (n, 4) with others, or of one (4,) with each."""
    low = np.maximum(one[..., :2], other[..., :2])
    high = np.minimum(one[..., 2:], other[..., 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=-1)
    areas = [np.prod(boxes[..., 2:] - boxes[..., :2], axis=-1) for boxes in (one, other)]
    shares: NDArray[Any] = shared / np.maximum(areas[0] + areas[1] - shared, 1e-9)
    return shares


def _sigmoid(logits: NDArray[Any]) -> NDArray[Any]:
    probabilities: NDArray[Any] = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return probabilities.astype(np.float32)
