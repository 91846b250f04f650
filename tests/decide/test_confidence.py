"""The final confidence of a reading, and whether it can be acted on."""

import pytest

from anpr.decide.confidence import (
    FITS_SHIFT,
    MISFIT_SHIFT,
    MISFIT_SHIFT_ANYWHERE,
    READ_FROM,
    assign_status,
)
from anpr.probability import log_odds
from anpr.types import Status
from tests.builders import reading


@pytest.mark.parametrize(
    ("text", "regions", "shift"),
    [
        ("MH20EE7601", ("in",), FITS_SHIFT),
        ("TEMP76", ("in",), MISFIT_SHIFT),
        ("MH20EE7601", (), 0.0),
        ("9X9X9X9X9", (), MISFIT_SHIFT_ANYWHERE),  # fits no format of the world
    ],
)
def test_formats_move_the_log_odds(text, regions, shift):
    answer = assign_status(reading(text, 0.8), regions)
    assert log_odds(answer.confidence) - log_odds(0.8) == pytest.approx(shift)
    assert answer.status is (Status.READ if answer.confidence >= READ_FROM else Status.CHECK)


def test_a_plate_that_fits_is_more_certain_and_one_that_does_not_is_less():
    assert FITS_SHIFT > 0 > MISFIT_SHIFT
    assert MISFIT_SHIFT_ANYWHERE < 0


@pytest.mark.parametrize(
    ("confidence", "status"),
    [
        (1.0, Status.READ),
        (READ_FROM, Status.READ),
        (READ_FROM - 1e-6, Status.CHECK),
        (0.0, Status.CHECK),
        (None, Status.CHECK),
    ],
)
def test_what_is_certain_enough_is_read_and_all_else_is_to_be_checked(confidence, status):
    opposite = Status.CHECK if status is Status.READ else Status.READ
    answer = assign_status(reading("ABC123", confidence, status=opposite), ())
    assert (answer.status, answer.confidence) == (status, confidence or 0.0)


def test_nothing_but_confidence_and_status_changes():
    before = reading("TEMP76", 0.95)
    answer = assign_status(before, ("in",))
    assert (before.confidence, before.status) == (0.95, Status.READ)
    assert (answer.text, answer.characters) == (before.text, before.characters)
