"""The tutorial's class: its names, its answers, its steps, and what may take their place."""

import inspect

import cv2
import numpy as np
import pytest

from anpr import PyImageSearchANPR
from anpr.anpr import TutorialPipeline
from anpr.errors import ImageError
from anpr.locate.network import NetworkLocator
from anpr.photo import Photo
from anpr.read.network import NetworkReader
from tests.builders import PLATE_TEXT, PLATE_XYWH

TUTORIAL_SIGNATURES = {
    "__init__": "(self, minAR=4.0, maxAR=5.0, debug=False)",
    "debug_imshow": "(self, title, image, waitKey=False)",
    "locate_license_plate_candidates": "(self, gray, keep=5)",
    "locate_license_plate": "(self, gray, candidates, clearBorder=False)",
    "build_tesseract_options": "(self, psm=7)",
    "find_and_ocr": "(self, image, psm=7, clearBorder=False)",
}
WINDOWS = [
    ("Blackhat", False),
    ("Light Regions", False),
    ("Scharr", False),
    ("Grad Thresh", False),
    ("Grad Erode/Dilate", False),
    ("Final", True),
    ("License Plate", False),
    ("ROI", True),
]


class Recorder(PyImageSearchANPR):
    """Notes the windows instead of opening them, as code written against the tutorial may."""

    def __init__(self):
        super().__init__(debug=True)
        self.shown = []

    def debug_imshow(self, title, image, waitKey=False):
        assert image.dtype == np.uint8
        assert image.ndim == 2
        self.shown.append((title, waitKey))


@pytest.mark.parametrize("name", TUTORIAL_SIGNATURES)
def test_methods_have_the_tutorials_signatures(name):
    signature = inspect.signature(getattr(PyImageSearchANPR, name))
    bare = signature.replace(
        parameters=[
            parameter.replace(annotation=inspect.Parameter.empty)
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY  # ours: no old call names one
        ],
        return_annotation=inspect.Signature.empty,
    )
    assert str(bare) == TUTORIAL_SIGNATURES[name]


def test_reads_a_plate_and_leaves_the_photo_alone(photo):
    before = photo.copy()
    text, contour = PyImageSearchANPR().find_and_ocr(photo)
    assert text == PLATE_TEXT
    inner, outer = cv2.boundingRect(contour), PLATE_XYWH
    assert outer[0] <= inner[0]
    assert outer[1] <= inner[1]
    assert inner[0] + inner[2] <= outer[0] + outer[2]
    assert inner[1] + inner[3] <= outer[1] + outer[3]
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("code", [cv2.COLOR_BGR2GRAY, cv2.COLOR_BGR2BGRA])
def test_reads_gray_and_bgra(photo, code):
    assert PyImageSearchANPR().find_and_ocr(cv2.cvtColor(photo, code))[0] == PLATE_TEXT


def test_shows_the_tutorials_windows_in_order(photo):
    recorder = Recorder()
    recorder.find_and_ocr(photo)
    assert recorder.shown == WINDOWS


def test_aspect_ratio_decides_which_candidate_is_the_plate(photo):
    gray = cv2.cvtColor(photo, cv2.COLOR_BGR2GRAY)
    reader = PyImageSearchANPR()
    candidates = reader.locate_license_plate_candidates(gray)
    _, contour = reader.locate_license_plate(gray, candidates)
    _, _, width, height = cv2.boundingRect(contour)
    ratio = width / height
    narrow = PyImageSearchANPR(minAR=ratio + 0.1, maxAR=9)
    assert narrow.locate_license_plate(gray, candidates) == (None, None)
    exact = PyImageSearchANPR(minAR=ratio, maxAR=ratio)  # both ends belong to the range
    assert exact.locate_license_plate(gray, candidates)[1] is contour


def test_keep_limits_the_candidates(photo):
    gray = cv2.cvtColor(np.tile(photo, (2, 3, 1)), cv2.COLOR_BGR2GRAY)
    reader = PyImageSearchANPR()
    areas = [cv2.contourArea(c) for c in reader.locate_license_plate_candidates(gray, keep=99)]
    assert len(areas) >= 6
    assert areas == sorted(areas, reverse=True)
    five = reader.locate_license_plate_candidates(gray)
    assert [cv2.contourArea(contour) for contour in five] == areas[:5]


def test_overridden_steps_are_used(photo):
    class Blind(PyImageSearchANPR):
        def locate_license_plate_candidates(self, gray, keep=5):
            return []

    assert Blind().find_and_ocr(photo) == (None, None)


def test_options_name_the_characters_and_the_mode():
    options = PyImageSearchANPR().build_tesseract_options(psm=11)
    whitelist = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    assert options == f"-c tessedit_char_whitelist={whitelist} --psm 11"


@pytest.mark.parametrize(
    "image",
    [
        np.full((300, 600, 3), 127, np.uint8),
        np.zeros((300, 600, 3), np.uint8),
        np.full((1, 1, 3), 200, np.uint8),
        np.full((1, 1), 200, np.uint8),
        np.full((1, 900, 3), 10, np.uint8),
        np.full((300, 600, 4), 255, np.uint8),
        np.full((300, 600, 1), 9, np.uint8),
    ],
    ids=["constant", "black", "1x1", "1x1 gray", "a line", "white bgra", "one channel"],
)
def test_nothing_to_see_is_no_plate(image):
    assert PyImageSearchANPR().find_and_ocr(image) == (None, None)
    assert Recorder().find_and_ocr(image, clearBorder=True) == (None, None)


@pytest.mark.parametrize(
    ("image", "found"),
    [
        (None, "None"),
        ([[1, 2], [3, 4]], "list"),
        (np.zeros((20, 20, 3), np.float32), "float32"),
        (np.zeros((20, 20), bool), "bool"),
        (np.zeros((20, 20, 3), np.uint16), "uint16"),
        (np.zeros((0, 20, 3), np.uint8), "(0, 20, 3)"),
        (np.zeros((20, 20, 2), np.uint8), "(20, 20, 2)"),
        (np.zeros(20, np.uint8), "(20,)"),
        (np.zeros((2, 20, 20, 3), np.uint8), "(2, 20, 20, 3)"),
    ],
)
def test_what_is_no_image_is_a_clear_error(image, found):
    reader = PyImageSearchANPR()
    for method in (reader.find_and_ocr, reader.locate_license_plate_candidates):
        with pytest.raises(ImageError, match="expected a uint8 array") as error:
            method(image)
        assert found in str(error.value)
    with pytest.raises(ImageError, match="expected a uint8 array"):
        reader.locate_license_plate(image, [])


def test_the_networks_by_a_keyword(photo):
    reader = PyImageSearchANPR(locator=NetworkLocator(), reader=NetworkReader())
    text, contour = reader.find_and_ocr(photo)
    assert text == PLATE_TEXT
    x, _, width, _ = cv2.boundingRect(contour)
    assert abs(x - PLATE_XYWH[0]) < 12 and abs(width - PLATE_XYWH[2]) < 20
    with pytest.raises(TypeError):
        PyImageSearchANPR(4, 5, False, NetworkLocator())


def test_one_network_goes_with_the_tutorials_other_half(photo):
    assert PyImageSearchANPR(reader=NetworkReader()).find_and_ocr(photo)[0] == PLATE_TEXT
    wide = PyImageSearchANPR(locator=NetworkLocator())
    assert (wide.minAR, wide.maxAR) == (0.7, 8.0)
    narrow = PyImageSearchANPR(2, 3, locator=NetworkLocator())
    assert (narrow.minAR, narrow.maxAR) == (2, 3)


@pytest.mark.parametrize("size_wh", [(300, 200), (600, 400), (1234, 823), (2400, 1600)])
def test_the_pipeline_answers_in_pixels_of_the_photo(photo, size_wh):
    scaled = cv2.resize(photo, size_wh, interpolation=cv2.INTER_CUBIC)
    (reading,) = TutorialPipeline(PyImageSearchANPR()).read(Photo.from_array(scaled))
    box, factor = reading.candidate.box, size_wh[0] / 600
    assert box.x == pytest.approx(226 * factor, abs=4 * factor)
    assert box.width == pytest.approx(169 * factor, abs=6 * factor)


def test_the_pipeline_and_the_class_give_the_same_answer(photo):
    (reading,) = TutorialPipeline(PyImageSearchANPR()).read(Photo.from_array(photo))
    text, contour = PyImageSearchANPR().find_and_ocr(photo)
    assert reading.text == text == PLATE_TEXT
    assert np.array_equal(reading.candidate.contour, contour)


def test_the_pipeline_passes_its_options_to_the_steps(photo):
    class Noted(PyImageSearchANPR):
        def locate_license_plate(self, gray, candidates, clearBorder=False):
            noted.append(clearBorder)
            return super().locate_license_plate(gray, candidates, clearBorder)

        def build_tesseract_options(self, psm=7):
            noted.append(psm)
            return super().build_tesseract_options(psm)

    noted = []
    TutorialPipeline(Noted(), psm=6, clear_border=True).read(Photo.from_array(photo))
    assert noted == [True, 6]


def test_the_pipeline_reads_nothing_where_no_plate_is():
    even = Photo.from_array(np.full((300, 600), 90, np.uint8))
    assert TutorialPipeline(PyImageSearchANPR()).read(even) == []
