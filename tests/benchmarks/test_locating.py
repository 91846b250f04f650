"""Locators compared: hits, misses, false candidates, and the margins that some of them add."""

import json

import cv2
import numpy as np
import pytest

from anpr.types import Candidate
from benchmarks import locating
from benchmarks.command import open_available
from benchmarks.labels import LabelledPlate, Rectangle
from benchmarks.locating import score_photo, summarise
from benchmarks.locators import LOCATORS, TEXT_MARGIN_SHARES, without_margin
from tests.builders import PLATE_XYWH

CORNERS = ((0, 0), (40, 0), (40, 10), (0, 10))


def label(xmin, ymin, xmax, ymax, corners=None) -> LabelledPlate:
    return LabelledPlate("a.jpg", Rectangle(xmin, ymin, xmax, ymax), (), 1, "valid", True, corners)


def at(*corners) -> Candidate:
    return Candidate.with_corners(np.array(corners, np.float32), 0.9)


def test_figures_of_hits_misses_and_false_plates():
    image = np.zeros((100, 200, 3), np.uint8)
    labels = [label(0, 0, 40, 10, CORNERS), label(100, 50, 140, 60)]
    near, far = at((1, 0), (41, 0), (41, 10), (1, 10)), at((0, 80), (30, 80), (30, 90), (0, 90))
    figures = summarise([score_photo(image, labels, labels, lambda _: [near, far])])
    assert (figures["n"], figures["photos"]) == (2, 1)
    assert figures["recall_50"] == figures["recall_70"] == figures["centre_in_truth"] == 0.5
    assert figures["precision"] == 0.5
    assert figures["false_plates_per_photo"] == 1
    assert figures["corner_error"] == pytest.approx(0.1)  # 1 px, and the plate is 10 px high
    assert [row["n"] for row in figures["by_height"]] == [2]


def test_a_candidate_on_an_unscored_plate_is_not_false():
    image = np.zeros((100, 200, 3), np.uint8)
    labels = [label(0, 0, 40, 10), label(100, 50, 140, 60)]
    near = at((1, 0), (41, 0), (41, 10), (1, 10))
    figures = summarise([score_photo(image, labels, labels[1:], lambda _: [near])])
    assert (figures["recall_50"], figures["false_plates_per_photo"]) == (0, 0)


def test_several_locators_on_a_drawn_photo(photo_file, tmp_path, capsys):
    photos = photo_file.parent
    photo_file.rename(photos / "valid_car.jpg")
    x, y, width, height = PLATE_XYWH
    labels, figures_file = tmp_path / "boxes.csv", tmp_path / "figures.json"
    labels.write_text(
        f"photo,xmin,ymin,xmax,ymax\nvalid_car.jpg,{x},{y},{x + width},{y + height}\n"
    )
    names = ["network", "network_read", "morphology", "contours"]
    arguments = ["--photos", photos, "--labels", labels, "--json", figures_file]
    assert locating.main([*map(str, arguments), "--locators", *names]) == 0
    figures = json.loads(figures_file.read_text())["locators"]
    assert list(figures) == names
    for name in ("network", "network_read", "morphology"):
        assert figures[name]["recall_50"] == 1
    assert figures["network"]["cpu_ms_median"] > 0
    assert "recall_70" in capsys.readouterr().out


def test_the_margin_is_removed_from_a_plate_at_any_angle():
    turn = np.array([[0, 1], [-1, 0]], np.float32)  # by 90 degrees
    plate = np.array([[0, 0], [100, 0], [100, 50], [0, 50]], np.float32)
    left, top = 100 * TEXT_MARGIN_SHARES[0], 50 * TEXT_MARGIN_SHARES[1]
    right, bottom = 100 - left, 50 - top
    text = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
    for corners, expected in ((plate, text), (plate @ turn, text @ turn)):
        found = without_margin(Candidate.with_corners(corners, 0.9))
        assert found.corners == pytest.approx(expected)


def test_a_cascade_that_this_opencv_does_not_include_is_left_out(capsys):
    locators = open_available(LOCATORS, ["cascade", "contours"])
    assert "contours" in locators
    if "cascade" not in locators:
        assert f"OpenCV {cv2.__version__} does not include" in capsys.readouterr().err
