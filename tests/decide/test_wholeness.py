"""Whether a plate is whole, by where it stands and what it says."""

import numpy as np
import pytest

from anpr.decide.wholeness import MIN_HEIGHT_PX, check_whole, is_cut_off, is_date_or_time
from anpr.types import Box, Plate
from tests.builders import rectangle

PHOTO_WH = 640, 480


def at(x: int, width: int = 160, photo_wh: tuple[int, int] | None = PHOTO_WH) -> Plate:
    """A plate that begins in a column of its photo."""
    return Plate(rectangle(x, 200, width, 40), np.zeros((40, 160), np.uint8), photo_wh=photo_wh)


def check(plate: Plate, text: str = "KL07BF5000", region: str = "in", fits: bool = True):
    """The probability that a plate is whole, and the code of the reason why it may not be."""
    probability, why = check_whole(plate, text, 1, region, fits)
    return probability, why and why.code


def test_a_plate_in_the_middle_is_whole():
    assert check(at(200)) == (1, None)


@pytest.mark.parametrize("x", [-3, 0, PHOTO_WH[0] - 160, PHOTO_WH[0] - 150])
def test_a_plate_at_the_left_or_right_edge_is_cut_off(x):
    probability, why = check_whole(at(x), "KL07BF5000", 1, "in", True)
    assert probability < 0.5
    assert (why.code, why.phrase) == ("cut_off", "cut off by the edge of the photo")


@pytest.mark.parametrize("x", [16, PHOTO_WH[0] - 160 - 16])
def test_a_plate_near_the_edge_is_whole(x):
    """A tenth of its width away."""
    assert check(at(x)) == (1, None)


def test_a_plate_that_fills_its_photo_is_not_cut_off():
    assert check(at(0, width=PHOTO_WH[0])) == (1, None)
    assert check(at(-4, width=PHOTO_WH[0] + 8)) == (1, None), "corners may lie beyond the photo"


def test_a_plate_at_the_upper_or_lower_edge_shows_its_characters_side_by_side():
    for y in (0, PHOTO_WH[1] - 40):
        assert not is_cut_off(Box(200, y, 160, 40), PHOTO_WH)


def test_a_plate_of_an_unknown_photo_is_taken_for_whole():
    assert check(at(0, photo_wh=None)) == (1, None)


@pytest.mark.parametrize(
    ("height", "lines", "is_small"),
    [
        (MIN_HEIGHT_PX + 1, 1, False),
        (MIN_HEIGHT_PX - 1, 1, True),
        (2 * MIN_HEIGHT_PX + 1, 2, False),
        (2 * MIN_HEIGHT_PX - 1, 2, True),  # too low for two lines, not for one
        (2 * MIN_HEIGHT_PX - 1, 1, False),
    ],
)
def test_low_lines_are_too_small(height, lines, is_small):
    plate = Plate(rectangle(200, 200, 38, height), np.zeros((height, 38), np.uint8), None, PHOTO_WH)
    probability, why = check_whole(plate, "KL07BF5000", lines, "in", True)
    assert (probability < 1) == is_small
    assert str(why or "") == ("too_small: too small (38 px wide)" if is_small else "")


def test_where_plates_have_another_script_too_latin_characters_are_not_all():
    probability, why = check_whole(at(200), "1234", 1, "jp", True)
    assert probability < 0.9
    assert why.code == "other_script" and "jp" in why.phrase


def test_a_word_without_a_digit_is_doubted():
    probability, why = check(at(200), "STRADIA")
    assert (probability < 0.9, why) == (True, "no_digit")


def test_a_text_that_fits_no_format_is_doubted():
    probability, why = check(at(200), "XQ9Z7", region="", fits=False)
    assert (probability < 0.9, why) == (True, "no_format")


@pytest.mark.parametrize("text", ["20200522", "22052020", "202005221430", "600PM", "1130AM"])
def test_dates_and_times_are_texts_of_a_camera(text):
    assert is_date_or_time(text)
    probability, why = check(at(200), text)
    assert (probability < 0.5, why) == (True, "date_or_time")


@pytest.mark.parametrize("text", ["1234567", "20991522", "KL07BF5000", "600PN", "1375PM", ""])
def test_other_numbers_are_not(text):
    assert not is_date_or_time(text)


@pytest.mark.parametrize("text", ["CAM01", "CH3", "EXIT12", "30MPH"])
def test_signs_and_names_of_cameras_are_doubted(text):
    probability, why = check(at(200), text)
    assert (probability < 0.9, why) == (True, "sign")


def test_the_strongest_doubt_is_the_reason():
    """It touches the edge, and is a word that fits no format."""
    assert check(at(0), "STRADIA", region="", fits=False) == check(at(0))


@pytest.mark.parametrize("region", ["", "us", "us-ca", "in"])
def test_any_region_may_explain_a_text(region):
    assert check(at(200), region=region) == (1, None)
