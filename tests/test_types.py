"""The nouns: candidates and their geometry, readings, statuses and stamps."""

from pathlib import Path

import numpy as np
import pytest

from anpr.types import (
    NO_STAMP,
    Box,
    Candidate,
    Plate,
    Spelling,
    Status,
    Why,
    has_digit,
    stamp_of,
    status_of,
)
from tests.builders import CORNERS, reading, rectangle


def test_a_rectangle_has_its_box():
    candidate = rectangle(3, 5, 40, 10)
    assert candidate.box == Box(3, 5, 40, 10)
    assert candidate.box.aspect_ratio == 4
    assert candidate.scaled(2).box == Box(6, 10, 79, 19)  # its corner pixels move apart


def test_corners_are_scaled_with_the_outline():
    scaled = Candidate.with_corners(CORNERS, 0.9).scaled(1.5)
    assert np.array_equal(scaled.corners, CORNERS * 1.5)
    assert np.array_equal(scaled.outline, CORNERS * 1.5)
    assert scaled.score == 0.9


def test_without_corners_the_outline_is_the_smallest_rotated_rectangle():
    tilted = np.array([[[10, 0]], [[20, 10]], [[10, 20]], [[0, 10]]], np.int32)
    outline = Candidate(tilted).outline
    assert {tuple(corner) for corner in np.rint(outline).astype(int).tolist()} == {
        (10, 0),
        (20, 10),
        (10, 20),
        (0, 10),
    }


def test_without_a_score_a_candidate_counts_as_certain():
    assert rectangle(0, 0, 4, 1).probability == 1
    assert Candidate.with_corners(CORNERS, 0.4).probability == 0.4
    assert reading("AB1", 0.5).plate_probability == pytest.approx(0.9 * 0.5)
    assert reading("AB1", None).plate_probability == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("readings", "status"),
    [
        ((), Status.NO_PLATE),
        ((reading("", 0.0),), Status.NO_PLATE),
        ((reading("AB1", 0.99),), Status.READ),
        ((reading("AB1", 0.99), reading("CD2", 0.5)), Status.CHECK),
    ],
)
def test_the_status_of_a_photo_is_that_of_its_worst_plate(readings, status):
    assert status_of(readings) is status


def test_the_stamp_of_a_file_is_its_size_and_time(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    assert stamp_of(path) == (5, path.stat().st_mtime_ns)
    assert stamp_of(tmp_path / "gone.jpg") == NO_STAMP
    assert stamp_of("https://example.org/a.jpg") == NO_STAMP
    assert stamp_of(Path("/nowhere")) == NO_STAMP


def test_a_text_has_a_digit_or_not():
    assert has_digit("AB1")
    assert not has_digit("STRADIA")
    assert not has_digit("")


def test_a_plate_is_scaled_with_its_photo():
    crop = np.zeros((30, 100), np.uint8)
    plate = Plate(Candidate.with_corners(CORNERS, 0.9), crop, photo_wh=(320, 241))
    larger = plate.scaled(2.5)
    assert larger.photo_wh == (800, 602)
    assert np.array_equal(larger.candidate.corners, CORNERS * 2.5)
    assert larger.gray is crop, "the crop stays as it was cut out"
    assert Plate(rectangle(0, 0, 4, 1), crop).scaled(2).photo_wh is None


def test_a_spelling_has_as_many_lines_as_have_text():
    assert Spelling(("KA05", "AB1234"), "KA05AB1234").line_count == 2
    assert Spelling(("KA05AB1234", ""), "KA05AB1234").line_count == 1
    assert Spelling(("", ""), "").line_count == 0


def test_a_reason_is_a_code_and_a_phrase():
    why = Why("cut_off", "cut off by the edge of the photo")
    assert str(why) == "cut_off: cut off by the edge of the photo"
    assert reading("AB1", 0.5, why=why).to_dict()["why"] == str(why)
    assert reading("AB1", 0.99).to_dict()["why"] == ""
