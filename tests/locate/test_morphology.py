"""Each stage by itself, on arrays so small that the answer can be seen."""

import cv2
import numpy as np
import pytest
from skimage.segmentation import clear_border

from anpr.debug import HiddenWindows
from anpr.locate import morphology
from anpr.locate.morphology import MorphologyLocator
from anpr.pipeline import TutorialPipeline
from anpr.read.tesseract import TesseractReader
from anpr.rectify import cut_out, dark_regions, plate_shaped
from anpr.types import Box, Candidate
from tests.conftest import PLATE_TEXT

hidden = HiddenWindows().show


def rectangle(x: int, y: int, width: int, height: int) -> Candidate:
    return Candidate.filling(Box(x, y, width, height))


def test_a_candidate_knows_its_box():
    candidate = rectangle(3, 5, 40, 10)
    assert candidate.box == Box(3, 5, 40, 10)
    assert candidate.box.aspect_ratio == 4
    assert candidate.scaled(2).box == Box(6, 10, 79, 19)  # the corners' pixels move apart


def test_blackhat_keeps_what_is_dark_and_small():
    gray = np.full((20, 40), 200, np.uint8)
    gray[8:11, 10:12] = 50  # a stroke: smaller than the kernel
    gray[12:20, 16:40] = 50  # a shadow: larger
    blackhat = morphology.find_stages(gray).blackhat
    assert (blackhat[8:11, 10:12] == 150).all()
    assert blackhat[15:, 24:].max() == 0


def test_light_regions_split_light_from_dark():
    gray = np.full((20, 40), 30, np.uint8)
    gray[5:15, 5:30] = 220
    light = morphology.find_stages(gray).light_regions
    assert (light[6:14, 6:29] == 255).all()
    assert light[:, 33:].max() == 0


def test_scharr_sees_vertical_edges_over_the_whole_range():
    gray = np.full((20, 60), 200, np.uint8)
    gray[5:15, 30:34] = 0
    scharr = morphology.find_stages(gray).scharr
    assert (scharr.min(), scharr.max()) == (0, 255)
    columns = set(np.argwhere(scharr[8:12] == 255)[:, 1])
    assert columns <= {29, 30, 33, 34}  # left and right of the stroke, in rows far from its ends


def test_regions_come_largest_first():
    mask = np.zeros((30, 60), np.uint8)
    mask[2:6, 2:10] = 255
    mask[10:25, 20:50] = 255
    mask[26:29, 2:4] = 255
    boxes = [candidate.box for candidate in morphology.largest_regions(mask, keep=2)]
    assert boxes == [Box(20, 10, 30, 15), Box(2, 2, 8, 4)]


@pytest.mark.parametrize(
    ("width", "is_plate"), [(39, False), (40, True), (45, True), (50, True), (51, False)]
)
def test_aspect_ratio_pruning_includes_both_ends(width, is_plate):
    chosen = list(plate_shaped([rectangle(0, 0, width, 10)], min_ar=4, max_ar=5))
    assert bool(chosen) == is_plate


def test_those_that_fit_stay_in_their_order():
    candidates = [rectangle(0, 0, 9, 9), rectangle(5, 5, 42, 10), rectangle(0, 0, 45, 10)]
    assert list(plate_shaped(candidates, 4, 5)) == candidates[1:]


def test_a_plate_is_cut_out_thresholded_and_its_border_cleared():
    gray = np.full((40, 80), 220, np.uint8)
    gray[10:30, 20] = 10  # a dark frame, on the left edge of the candidate
    gray[18:23, 40:44] = 10  # a character, inside
    candidate = rectangle(20, 10, 50, 20)
    plate = cut_out(gray, candidate)
    roi = dark_regions(plate.gray, clear_borders=False)
    assert plate.gray.shape == roi.shape == (20, 50)
    assert set(np.unique(roi)) == {0, 255}
    assert (roi[:, 0] == 255).all()
    cleared = dark_regions(plate.gray, clear_borders=True)
    assert (cleared[:, 0] == 0).all()
    assert (cleared[8:13, 20:24] == 255).all()
    assert np.array_equal(cleared, clear_border(roi))


@pytest.mark.parametrize("size_wh", [(300, 200), (600, 400), (1234, 823), (2400, 1600)])
def test_the_pipeline_answers_in_pixels_of_the_photo_it_was_given(photo, size_wh):
    scaled = cv2.resize(photo, size_wh, interpolation=cv2.INTER_CUBIC)
    pipeline = TutorialPipeline(MorphologyLocator(hidden), TesseractReader(), hidden)
    (reading,) = pipeline.read(scaled)
    box, factor = reading.candidate.box, size_wh[0] / 600
    assert box.x == pytest.approx(226 * factor, abs=4 * factor)
    assert box.width == pytest.approx(169 * factor, abs=6 * factor)


def test_the_pipeline_and_the_class_agree(photo):
    from anpr import PyImageSearchANPR

    pipeline = TutorialPipeline(MorphologyLocator(hidden), TesseractReader(), hidden)
    (reading,) = pipeline.read(photo)
    text, contour = PyImageSearchANPR().find_and_ocr(photo)
    assert reading.text == text == PLATE_TEXT
    assert np.array_equal(reading.candidate.contour, contour)


def test_stages_do_not_write_into_what_they_are_given(photo):
    photo.setflags(write=False)
    gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    gray.setflags(write=False)
    try:
        (candidate, *_) = MorphologyLocator(hidden).candidates(gray)
        dark_regions(cut_out(gray, candidate).gray, clear_borders=True)
        TutorialPipeline(MorphologyLocator(hidden), TesseractReader(), hidden).read(photo)
    finally:
        photo.setflags(write=True)
