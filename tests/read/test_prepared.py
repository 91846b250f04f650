"""Tesseract on prepared plates."""

import cv2
import numpy as np
import pytest

from anpr.read.prepared import (
    ALWAYS_CLEAR,
    MARGIN_PX,
    NEVER_CLEAR,
    SURE_READING_ACCURACY,
    TEXT_HEIGHT_PX,
    TRY_BOTH,
    PreparedTesseractReader,
    prepare,
)
from anpr.types import Character
from tests.builders import plate as plate_of


def test_preparing_levels_scales_and_pads(plates):
    height, width = plates[0].gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 6, 1)
    tilted = cv2.warpAffine(plates[0].gray, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    images = prepare(tilted)
    for image in images:
        assert image.shape[0] == TEXT_HEIGHT_PX + 2 * MARGIN_PX
    level, bent = (np.abs(np.diff(x.mean(axis=1))).sum() for x in (images[0], tilted))
    assert level > bent  # rows of text and rows of ground differ again


def test_border_clearing_is_chosen(plates):
    gray, cleared = (prepare(plates[0].gray, which) for which in (NEVER_CLEAR, ALWAYS_CLEAR))
    both = prepare(plates[0].gray, TRY_BOTH)
    assert [len(images) for images in (gray, cleared, both)] == [2, 2, 4]
    for image in cleared:
        assert set(np.unique(image)) <= {0, 255}
    expected = (gray[0], cleared[0], gray[1], cleared[1])  # dark on light first
    for image, one in zip(both, expected, strict=True):
        assert np.array_equal(image, one)


@pytest.mark.parametrize(
    ("answers", "text"),
    [
        ([("AB12", 0.8), ("X", 0.9), ("", 0), ("", 0)], "AB12"),
        ([("AB12", 0.5), ("CD34", 0.9), ("EF56", 0.7), ("", 0)], "CD34"),
        ([("AB1234", 0.8), ("CD34567890", 0.79), ("", 0), ("", 0)], "AB1234"),
        ([("", 0)] * 4, ""),
    ],
)
def test_the_most_confident_reading_is_kept_and_short_ones_count_less(answers, text):
    upcoming = iter(answers)

    def read(image: np.ndarray) -> list[Character]:
        value, confidence = next(upcoming)
        return [Character(character, confidence) for character in value]

    reading = PreparedTesseractReader(read).read(plate_of())
    assert reading.text == text
    confidence = dict(answers)[text]
    assert reading.confidence == pytest.approx(confidence * SURE_READING_ACCURACY)


def test_both_polarities_are_read(plates, texts):
    reader = PreparedTesseractReader()
    right = [reader.read(plate).text == text for plate, text in zip(plates, texts, strict=True)]
    assert sum(right) >= 3  # of five; stock Tesseract is no better than that on tight crops
    negative = plate_of(255 - plates[2].gray)
    assert reader.read(negative).text == reader.read(plates[2]).text


def test_a_reading_is_evidence_of_its_text_alone():
    reader = PreparedTesseractReader(lambda image: [Character(value, 0.9) for value in "AB12"])
    evidence = reader.observe(plate_of())
    (observation,) = evidence.take(9)
    (spelling,) = observation.spellings()
    assert spelling == (("AB12", ""), "AB12")
    assert observation.probabilities([spelling]) == pytest.approx([0.9 * SURE_READING_ACCURACY])


def test_where_nothing_is_read_the_evidence_is_of_no_text():
    (observation,) = PreparedTesseractReader(lambda image: []).observe(plate_of()).take(1)
    (spelling,) = observation.spellings()
    assert spelling.text == ""
