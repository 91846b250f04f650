"""Photo in, readings out, with the networks that are shipped."""

import cv2
import numpy as np
import pytest

from anpr import PlateReader
from anpr.debug import HiddenWindows
from anpr.errors import ImageError, PhotoError
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pipeline import belief, default_locators, is_believed
from anpr.types import Box, Candidate, Reading
from tests.conftest import PLATE_TEXT, PLATE_XYWH, command

X, Y, WIDTH, HEIGHT = PLATE_XYWH


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


class Says:
    """A reader that gives its answers by turns, a locator that gives its candidates."""

    def __init__(self, *answers: tuple[str, float]) -> None:
        self.answers = list(answers)

    def candidates(self, gray):
        return [
            Candidate.with_corners(np.array([[0, 9], [90, 9], [90, 29], [0, 29]], np.float32), 0.5)
            for _ in self.answers
        ]

    def read(self, plate):
        text, confidence = self.answers.pop(0)
        return Reading(text, plate.candidate, confidence)


def test_reads_a_plate_where_it_stands(reader, photo):
    before = photo.copy()
    (reading,) = reader.read(photo)
    assert reading.text == PLATE_TEXT
    assert np.array_equal(photo, before)
    x, y, width, height = reading.candidate.box
    assert abs(x - X) < 12 and abs(y - Y) < 12
    assert abs(width - WIDTH) < 20 and abs(height - HEIGHT) < 20
    assert "".join(character.value for character in reading.characters) == PLATE_TEXT


@pytest.mark.parametrize("to", [cv2.COLOR_BGR2GRAY, cv2.COLOR_BGR2BGRA])
def test_reads_gray_and_transparent_photos(reader, photo, to):
    assert [reading.text for reading in reader.read(cv2.cvtColor(photo, to))] == [PLATE_TEXT]


def test_reads_every_plate(reader, photo):
    readings = reader.read(np.vstack([photo, photo]))
    assert [reading.text for reading in readings] == [PLATE_TEXT] * 2


@pytest.mark.parametrize("angle", [-15, 15])
def test_reads_a_turned_plate_as_if_it_stood_upright(reader, photo, angle):
    turn = cv2.getRotationMatrix2D((X + WIDTH / 2, Y + HEIGHT / 2), angle, 1)
    turned = cv2.warpAffine(photo, turn, (600, 400), borderValue=(60, 60, 60))
    assert [reading.text for reading in reader.read(turned)] == [PLATE_TEXT]


def test_a_plate_far_off_is_found_at_a_finer_look(reader, photo):
    """54 px wide in a photo 1800 wide: the first look sees it at 14."""
    wide = np.full((1200, 1800, 3), 60, np.uint8)
    wide[700:820, 1000:1180] = cv2.resize(photo, (180, 120), interpolation=cv2.INTER_AREA)
    assert [reading.text for reading in reader.read(wide)] == [PLATE_TEXT]
    first, finer, _ = default_locators(NetworkLocator())
    assert PlateReader([first]).read(wide) == []
    assert finer.candidates(photo[:, :, 0][:200, :300]) == []  # the first look saw it whole


def test_a_photo_without_a_plate_has_no_reading(reader):
    assert reader.read(np.full((400, 600, 3), 90, np.uint8)) == []


def test_what_is_no_image_is_refused(reader):
    with pytest.raises(ImageError):
        reader.read(7)
    with pytest.raises(PhotoError, match="no such file"):
        reader.read("car.jpg")


def test_the_surest_comes_first_and_what_nobody_believes_not_at_all(photo):
    says = Says(("FAINT1", 0.4), ("SURE22", 0.9), ("NOISE3", 0.01), ("", 0.0))
    readings = PlateReader([says], says, None).read(photo)
    assert [reading.text for reading in readings] == ["SURE22", "FAINT1"]
    assert belief(readings[0]) == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("text", "score", "confidence", "is_plate"),
    [
        ("AB12CDE", 0.5, 0.4, True),
        ("AB12CDE", 0.5, 0.2, False),
        ("TERRANO", 0.7, 0.8, False),
        ("TERRANO", 0.9, 0.9, True),
        ("15VX", 0.5, 0.95, False),
        ("ZH19", 0.9, 0.9, True),
        ("37", 0.7, 0.8, False),
        ("", 0.5, 0.5, False),
    ],
)
def test_badges_and_signs_have_to_be_surer_to_be_plates(text, score, confidence, is_plate):
    corners = np.array([[0, 0], [40, 0], [40, 10], [0, 10]], np.float32)
    reading = Reading(text, Candidate.with_corners(corners, score), confidence)
    assert is_believed(reading) == is_plate


def test_a_shape_no_plate_has_is_not_read(photo):
    says = Says(("THIN1", 0.9))
    assert PlateReader([says], says, None, max_ar=4.0).read(photo) == []
    says = Says(("WIDE1", 0.9))
    assert len(PlateReader([says], says, None, max_ar=5.0).read(photo)) == 1


def test_morphology_locates_for_the_networks_reader(photo):
    locator = AtWorkingWidth(MorphologyLocator(HiddenWindows().show))
    texts = [reading.text for reading in PlateReader([locator]).read(photo)]
    assert PLATE_TEXT in texts


def test_a_candidate_without_corners_is_cut_out_by_its_box(photo):
    class Boxed(Says):
        def candidates(self, gray):
            return [Candidate.filling(Box(X, Y, WIDTH, HEIGHT))]

        def read(self, plate):
            assert plate.gray.shape == (HEIGHT, WIDTH)
            return super().read(plate)

    boxed = Boxed(("BOXED1", 0.9))
    (reading,) = PlateReader([boxed], boxed, None).read(photo)
    assert reading.text == "BOXED1"


@pytest.mark.parametrize("locator", ["auto", "network", "morphology"])
@pytest.mark.parametrize("pipeline", ["auto", "tutorial"])
def test_command(photo_file, pipeline, locator):
    done = command("-i", photo_file, "--pipeline", pipeline, "--locator", locator)
    assert done.returncode == 0, done.stderr
    if (pipeline, locator) != ("tutorial", "network"):  # its box is not what Tesseract needs
        assert done.stdout == f"[INFO] {PLATE_TEXT}\n"


def test_the_networks_need_no_tesseract(photo_file):
    done = command("-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract")
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")
