"""The tutorial's morphology, on arrays so small that the answer can be seen."""

import numpy as np
import pytest

from anpr.locate import morphology
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.types import Box, Candidate
from tests.builders import rectangle
from tests.fakes.windows import RecordingWindows


def test_blackhat_keeps_small_dark_regions():
    gray = np.full((20, 40), 200, np.uint8)
    gray[8:11, 10:12] = 50  # a stroke: smaller than the kernel
    gray[12:20, 16:40] = 50  # a shadow: larger
    blackhat = morphology.find_stages(gray).blackhat
    assert (blackhat[8:11, 10:12] == 150).all()
    assert blackhat[15:, 24:].max() == 0


def test_light_regions_are_separated_from_dark_ones():
    gray = np.full((20, 40), 30, np.uint8)
    gray[5:15, 5:30] = 220
    light = morphology.find_stages(gray).light_regions
    assert (light[6:14, 6:29] == 255).all()
    assert light[:, 33:].max() == 0


def test_scharr_shows_vertical_edges_over_the_whole_range():
    gray = np.full((20, 60), 200, np.uint8)
    gray[5:15, 30:34] = 0
    scharr = morphology.find_stages(gray).scharr
    assert (scharr.min(), scharr.max()) == (0, 255)
    columns = set(np.argwhere(scharr[8:12] == 255)[:, 1])
    assert columns <= {29, 30, 33, 34}  # left and right of the stroke, in rows far from its ends


def test_the_largest_regions_come_first():
    mask = np.zeros((30, 60), np.uint8)
    mask[2:6, 2:10] = 255
    mask[10:25, 20:50] = 255
    mask[26:29, 2:4] = 255
    boxes = [candidate.box for candidate in morphology.largest_regions(mask, keep=2)]
    assert boxes == [Box(20, 10, 30, 15), Box(2, 2, 8, 4)]


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_constant_photo_has_no_candidate(value):
    stages = morphology.find_stages(np.full((40, 60), value, np.uint8))
    assert stages.scharr.max() == 0
    assert morphology.largest_regions(stages.final, keep=5) == []


def test_every_stage_is_shown_and_a_key_is_waited_for_at_the_last():
    windows = RecordingWindows()
    MorphologyLocator(windows).candidates(np.full((40, 60), 128, np.uint8))
    titles = ["Blackhat", "Light Regions", "Scharr", "Grad Thresh", "Grad Erode/Dilate", "Final"]
    assert windows.shown == [(title, (40, 60), title == "Final") for title in titles]


class CornerLocator:
    """Finds one candidate near the corner of a photo of the tutorial's width."""

    def candidates(self, gray: np.ndarray) -> list[Candidate]:
        assert gray.shape[1] == 600
        return [rectangle(10, 20, 60, 15)]


def test_at_the_working_width_candidates_are_in_pixels_of_the_photo():
    locator = AtWorkingWidth(CornerLocator())
    (candidate,) = locator.candidates(np.zeros((900, 1200), np.uint8))
    assert candidate.box[:2] == (20, 40)
    (candidate,) = locator.candidates(np.zeros((200, 300), np.uint8))
    assert candidate.box[:2] == (5, 10)


def test_at_the_working_width_a_sliver_has_no_candidate():
    assert AtWorkingWidth(CornerLocator()).candidates(np.zeros((500_000, 1), np.uint8)) == []
