"""The one door of the stage: a reading becomes an answer, or is no plate."""

import numpy as np
import pytest

from anpr.decide import decide
from anpr.types import Candidate, Plate, Reading, Status
from tests.builders import CORNERS, plate, reading

PLATE = plate(np.arange(80, dtype=np.uint8).reshape(4, 20))


class SecondReader:
    """Gives one answer to each plate, and notes the plates."""

    def __init__(self, text: str, confidence: float = 0.3) -> None:
        self.answer = reading(text, confidence)
        self.plates: list[Plate] = []

    def __call__(self, one: Plate) -> Reading:
        self.plates.append(one)
        return self.answer


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
def test_badges_and_signs_have_to_be_more_certain_to_be_plates(text, score, confidence, is_plate):
    seen = reading(text, confidence, candidate=Candidate.with_corners(CORNERS, score))
    assert (decide(PLATE, seen, None, ()) is not None) == is_plate


def test_what_is_no_plate_is_not_shown_to_the_second_reader():
    second = SecondReader("TERRANO")
    assert decide(PLATE, reading("TERRANO", 0.2), second, ()) is None
    assert second.plates == []


def test_a_certain_answer_needs_no_second_reader():
    second = SecondReader("XY98ZZZ")
    answer = decide(PLATE, reading("AB12CDE", 0.99), second, ())
    assert (answer.text, answer.status, answer.second_opinion) == ("AB12CDE", Status.READ, "")
    assert second.plates == []


def test_an_uncertain_answer_is_read_again_and_may_become_certain():
    second = SecondReader("AB12CDE")
    answer = decide(PLATE, reading("AB12CDE", 0.8), second, ())
    assert (answer.status, answer.second_opinion) == (Status.READ, "AB12CDE")
    assert second.plates == [PLATE]
    assert decide(PLATE, reading("AB12CDE", 0.8), None, ()).status is Status.CHECK


def test_what_the_second_reader_reads_is_resolved_as_well():
    """It fits Indian formats with its O for 0 resolved, and so it is preferred, and resolved."""
    answer = decide(PLATE, reading("UP18A03726", 0.3), SecondReader("UP16AB3726"), ("in",))
    assert (answer.text, answer.as_read, answer.region) == ("UP16AB3726", "UP18A03726", "in")
    assert answer.status is Status.CHECK


def test_look_alikes_are_resolved_before_the_answer_is_called_certain():
    """As read it would be a misfit of 0.95, and to be checked; resolved it fits."""
    as_read = reading("KLO7BF5000", 0.95, runners_up={2: ("0", 0.04)})
    answer = decide(PLATE, as_read, None, ("in",))
    assert (answer.text, answer.status) == ("KL07BF5000", Status.READ)
    assert decide(PLATE, as_read, None, ("de",)).status is Status.CHECK


def test_the_answer_carries_the_crop_it_was_read_from():
    answer = decide(PLATE, reading("AB12CDE", 0.99, crop=None), None, ())
    assert answer.crop is PLATE.gray


def test_neither_plate_nor_reading_is_changed():
    before = PLATE.gray.copy()
    seen = reading("KLO7BF5000", 0.5, runners_up={2: ("0", 0.04)})
    decide(PLATE, seen, SecondReader("KL07BF5000"), ("in",))
    assert (seen.text, seen.confidence, seen.second_opinion) == ("KLO7BF5000", 0.5, "")
    assert np.array_equal(PLATE.gray, before)
