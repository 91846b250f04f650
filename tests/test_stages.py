"""Stages are pure: none of them writes into its argument."""

from collections.abc import Callable

import numpy as np
import pytest

from anpr.decide import Prior, decide
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pixels import to_gray
from anpr.read.network import NetworkReader
from anpr.read.prepared import PreparedTesseractReader
from anpr.read.tesseract import TesseractReader
from anpr.rectify import cut_out, dark_regions, upright
from anpr.types import Candidate, Image, Plate, Reading
from tests.builders import PLATE_XYWH, rectangle

X, Y, WIDTH, HEIGHT = PLATE_XYWH
CORNERS = np.array([[X, Y], [X + WIDTH, Y], [X + WIDTH, Y + HEIGHT], [X, Y + HEIGHT]], np.float32)
CORNERS.flags.writeable = False

STAGES: dict[str, Callable[[Image], object]] = {
    "locate: network": lambda gray: NetworkLocator().candidates(gray),
    "locate: morphology": lambda gray: MorphologyLocator().candidates(gray),
    "locate: working width": lambda gray: AtWorkingWidth(MorphologyLocator()).candidates(gray),
    "rectify: corners": lambda gray: upright(gray, Candidate.with_corners(CORNERS, 0.9)),
    "rectify: box": lambda gray: cut_out(gray, rectangle(*PLATE_XYWH)),
    "rectify: threshold": lambda gray: dark_regions(gray, clear_borders=True),
    "read: network": lambda gray: NetworkReader().read(_plate(gray)),
    "read: network, all evidence": lambda gray: NetworkReader().observe(_plate(gray)).take(99),
    "read: prepared Tesseract": lambda gray: PreparedTesseractReader().read(_plate(gray)),
    "read: Tesseract": lambda gray: TesseractReader(clear_borders=True).read(_plate(gray)),
    "decide": lambda gray: _decide(_plate(gray)),
    "decide: small": lambda gray: _decide(_plate(gray[::4, ::4])),
}


def _decide(plate: Plate) -> Reading | None:
    return decide(plate, NetworkReader().observe(plate), Prior())


def _plate(gray: Image) -> Plate:
    return cut_out(gray, rectangle(*(side * gray.shape[1] // 600 for side in PLATE_XYWH)))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_does_not_write_into_its_argument(photo, stage):
    gray = to_gray(photo)
    gray.flags.writeable = False
    before = gray.copy()
    assert STAGES[stage](gray) is not None
    assert np.array_equal(gray, before)  # OpenCV may write into a read-only array
