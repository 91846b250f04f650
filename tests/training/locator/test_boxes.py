"""Boxes, their corners and how far they overlap."""

import numpy as np
import pytest

from training.locator.boxes import box_around, corners_of, intersection_over_union

BOX = np.array([0, 0, 10, 10])


def test_the_box_around_the_corners_of_a_box_is_the_box():
    assert box_around(corners_of(BOX)).tolist() == BOX.tolist()


def test_the_box_around_a_turned_quadrilateral():
    quad = np.array([[3, 0], [9, 2], [6, 7], [1, 5]])
    assert box_around(quad).tolist() == [1, 0, 9, 7]


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ((0, 0, 10, 10), 1),
        ((5, 0, 15, 10), 1 / 3),
        ((10, 0, 20, 10), 0),  # they touch
        ((30, 30, 40, 40), 0),
        ((3, 3, 3, 3), 0),  # it has no area
    ],
)
def test_intersection_over_union(other, overlap):
    assert intersection_over_union(BOX, np.array([other])).tolist() == [pytest.approx(overlap)]
