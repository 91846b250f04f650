from pathlib import Path

import numpy as np
import pytest
from anpr.output.copies.annotate import annotate
from anpr.output.text import cleanup_text, info_lines

from anpr.types import FileResult, Reading, Status
from tests.test_stages import rectangle


@pytest.mark.parametrize(
    ("text", "clean"),
    [("MH20EE7601", "MH20EE7601"), (" KÖ 12\n\x0c", "K 12"), ("粤B12345", "B12345"), ("", "")],
)
def test_cleanup_text_strips_what_is_not_ascii(text, clean):
    assert cleanup_text(text) == clean


def test_one_line_a_plate_and_none_for_a_plate_without_text():
    readings = tuple(Reading(text, rectangle(0, 0, 40, 10)) for text in ("A1", "", "B2"))
    lines = list(info_lines(FileResult(Path("a.jpg"), Status.READ, readings)))
    assert lines == ["[INFO] A1", "[INFO] B2"]


def test_annotating_draws_box_and_text_on_a_copy_of_the_tutorials_width():
    image = np.zeros((800, 1200, 3), np.uint8)
    drawn = annotate(image, [Reading("AB12", rectangle(400, 400, 400, 100))])
    assert image.max() == 0
    assert drawn.shape == (400, 600, 3)
    green = drawn[:, :, 1] == 255
    assert green[200, 220:380].all()  # the top of the box, at half the size
    assert green[160:186, 200:300].any()  # the text, above it
    assert not green[260:].any()


def test_a_plate_at_the_top_edge_is_labelled_below():
    drawn = annotate(
        np.zeros((400, 600, 3), np.uint8), [Reading("AB12", rectangle(100, 2, 200, 50))]
    )
    assert drawn[62:90, 100:200, 1].any()
