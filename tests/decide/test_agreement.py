"""Two readers of one plate."""

import logging

import numpy as np
import pytest

from anpr.decide import agreement
from anpr.pipeline import PlateReader
from anpr.read import tesseract
from anpr.read.second_opinion import OptionalTesseract
from anpr.types import Alternative, Box, Candidate, Plate, Reading, Status
from tests.conftest import PLATE_TEXT, command

SOMEWHERE = Candidate.filling(Box(0, 0, 40, 10))
PLATE = Plate(SOMEWHERE, np.full((20, 80), 200, np.uint8))


def first(confidence: float, *alternatives: tuple[str, float]) -> Reading:
    others = tuple(Alternative(*alternative) for alternative in alternatives)
    return Reading("AB12CDE", SOMEWHERE, confidence, alternatives=others)


def second(text: str) -> Reading:
    return Reading(text, SOMEWHERE, 0.3)


def test_two_that_agree_are_surer_than_one():
    weighed = agreement.combine(first(0.7), second("AB12CDE"))
    assert weighed.text == weighed.second_opinion == "AB12CDE"
    assert 0.9 < weighed.confidence < 1


def test_that_they_differ_changes_nothing_but_is_told():
    weighed = agreement.combine(first(0.7, ("A812CDE", 0.01)), second("A8I2"))
    assert (weighed.text, weighed.confidence) == ("AB12CDE", 0.7)
    assert weighed.second_opinion == "A8I2"


def test_an_alternative_that_the_second_reader_reads_wins():
    weighed = agreement.combine(first(0.6, ("AX12CDE", 0.3)), second("AX12CDE"))
    assert weighed.text == "AX12CDE"
    assert weighed.alternatives[0] == ("AB12CDE", 0.6)
    assert 0.6 < weighed.confidence < 1


def test_an_unlikely_alternative_does_not():
    assert agreement.combine(first(0.8, ("AX12CDE", 0.01)), second("AX12CDE")).text == "AB12CDE"


def test_of_look_alikes_the_second_reader_knows_nothing():
    reading = Reading("AB12COE", SOMEWHERE, 0.6, alternatives=(Alternative("AB12C0E", 0.35),))
    assert agreement.combine(reading, second("AB12C0E")).text == "AB12COE"


def test_what_fits_the_region_is_preferred_to_what_does_not():
    reading = Reading("UP18A03726", SOMEWHERE, 0.3)
    preferred = agreement.prefer_fitting(reading, second("UP16AB3726"), ("in",))
    assert (preferred.text, preferred.as_read) == ("UP16AB3726", "UP18A03726")
    assert preferred.confidence == 0.3
    assert agreement.prefer_fitting(reading, second("UP16AB3726"), ()) is reading
    valid = Reading("UP18AD3726", SOMEWHERE, 0.3)
    assert agreement.prefer_fitting(valid, second("UP16AB3726"), ("in",)) is valid


def test_short_texts_agree_by_chance():
    reading = Reading("AB1", SOMEWHERE, 0.7)
    assert agreement.combine(reading, second("AB1")).confidence == 0.7


class Answers:
    """Locator, first and second reader with fixed answers; counts how often the last is asked."""

    def __init__(self, confidence: float, opinion: str) -> None:
        self.confidence, self.opinion, self.asked = confidence, opinion, 0

    def candidates(self, gray):
        corners = np.array([[0, 9], [90, 9], [90, 29], [0, 29]], np.float32)
        return [Candidate.with_corners(corners, 0.9)]

    def read(self, plate):
        return Reading("AB12CDE", plate.candidate, self.confidence)

    def second(self):
        outer = self

        class Second:
            def read(self, plate):
                outer.asked += 1
                return Reading(outer.opinion, plate.candidate, 0.3)

        return Second()


@pytest.mark.parametrize(
    ("confidence", "opinion", "asked", "status"),
    [
        (0.99, "AB12CDE", 0, Status.READ),
        (0.8, "AB12CDE", 1, Status.READ),
        (0.8, "XYZ", 1, Status.CHECK),
    ],
)
def test_only_the_unsure_are_asked_about(photo, confidence, opinion, asked, status):
    answers = Answers(confidence, opinion)
    (reading,) = PlateReader([answers], answers, answers.second()).read(photo)
    assert (answers.asked, reading.status) == (asked, status)


def test_a_missing_tesseract_is_told_of_once_and_stops_nothing(caplog):
    tesseract.use_command("/nowhere/tesseract")
    with caplog.at_level(logging.WARNING):
        opinion = OptionalTesseract()
        answers = [opinion.read(PLATE) for _ in range(3)]
    assert [answer.text for answer in answers] == [""] * 3
    assert len(caplog.records) == 1
    assert "/nowhere/tesseract" in caplog.text and "apt-get install" in caplog.text


def test_a_broken_tesseract_is_told_of_once_and_stops_nothing(engine, caplog):
    tesseract.use_command(engine("echo broken >&2; exit 1"))
    with caplog.at_level(logging.WARNING):
        opinion = OptionalTesseract()
        answers = [opinion.read(PLATE) for _ in range(3)]
    assert [answer.text for answer in answers] == [""] * 3
    assert len(caplog.records) == 1 and "broken" in caplog.text


def test_tesseract_reads_a_drawn_plate(photo):
    gray = photo[180:240, 220:400, 0]
    assert OptionalTesseract().read(Plate(SOMEWHERE, gray)).text == PLATE_TEXT


def test_the_command_goes_on_without_tesseract(photo_file):
    done = command("-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract")
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")
    assert done.stderr.count("/nowhere/tesseract") == 1
    silent = command("-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract", "--quiet")
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, done.stdout, "")
