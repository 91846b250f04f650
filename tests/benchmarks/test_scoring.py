"""An answer compared with a label: overlap, exact and folded texts, false plates."""

import pytest

from benchmarks.labels import LabelledPlate, Rectangle
from benchmarks.scoring import (
    Answer,
    count_false_plates,
    fold,
    intersection_over_union,
    normalise,
    score_plate,
)

BOX = Rectangle(0, 0, 10, 10)
ELSEWHERE = Rectangle(50, 50, 60, 60)
LABEL = LabelledPlate("a.jpg", BOX, ("AB12", "AB1207"), 1, "validation", True)


def test_normalising_and_folding():
    assert normalise("mh-20 ee·7601") == "MH20EE7601"
    assert fold("QIO") == fold("010") == "010"
    assert fold("B8") == "B8"


@pytest.mark.parametrize(
    ("other", "value"),
    [
        ((0, 0, 10, 10), 1),
        ((5, 0, 15, 10), 1 / 3),
        ((10, 0, 20, 10), 0),
        ((2, 2, 4, 4), 0.04),
        ((0, 0, 0, 0), 0),
    ],
)
def test_intersection_over_union(other, value):
    assert intersection_over_union(BOX, Rectangle(*other)) == pytest.approx(value)


def test_empty_rectangles_do_not_overlap():
    empty = Rectangle(3, 3, 3, 3)
    assert intersection_over_union(empty, empty) == 0


def test_the_answer_is_the_one_that_overlaps_the_label_most():
    near, far = Rectangle(1, 0, 10, 10), Rectangle(9, 9, 30, 30)
    score = score_plate(LABEL, [Answer("WRONG", far), Answer("ab-12", near)])
    assert (score.is_exact, score.is_folded, score.edits) == (True, True, 0)
    assert score.iou == pytest.approx(0.9)


def test_the_second_accepted_reading_counts():
    assert score_plate(LABEL, [Answer("AB1207", BOX)]).is_exact


def test_folded_but_not_exact():
    score = score_plate(LABEL, [Answer("ABI2", BOX)])
    assert (score.is_exact, score.is_folded, score.edits) == (False, True, 1)


@pytest.mark.parametrize("answers", [[], [Answer("AB12", ELSEWHERE)]])
def test_a_missed_plate_is_entirely_wrong(answers):
    score = score_plate(LABEL, answers)
    assert (score.answer, score.is_exact, score.edits, score.iou) == (None, False, 4, 0)


def test_false_plates_have_a_text_and_touch_no_label():
    answers = [
        Answer("X1", ELSEWHERE),
        Answer("", ELSEWHERE),
        Answer("AB12", Rectangle(9, 9, 20, 20)),
    ]
    assert count_false_plates([LABEL], answers) == 1
