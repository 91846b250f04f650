"""Recognizers compared: calibration of their confidences, and one run on drawn plates."""

import json

import cv2
import pytest

from benchmarks import reading
from benchmarks.labels import LabelledPlate, Rectangle
from benchmarks.reading import CropScore, calibration, expected_calibration_error
from benchmarks.scoring import Answer, score_plate
from tests.benchmarks.builders import drawn_plate_row, write_labels

BOX = Rectangle(0, 0, 10, 10)
LABEL = LabelledPlate("a.jpg", BOX, ("AB12",), 1, "validation", True)


def crop_score(confidence: float, is_right: bool) -> CropScore:
    text = "AB12" if is_right else "XY99"
    return CropScore(score_plate(LABEL, [Answer(text, BOX)]), confidence, cpu_ms=1)


def test_calibration_compares_confidence_with_accuracy():
    crops = [crop_score(0.95, True)] * 3 + [crop_score(0.95, False)]
    crops += [crop_score(0.12, False)] * 4
    low, high = calibration(crops)
    assert (low["n"], low["exact"], low["from"]) == (4, 0, 0.1)
    assert (high["n"], high["exact"]) == (4, 0.75)
    error = (4 * 0.12 + 4 * (0.95 - 0.75)) / 8
    assert expected_calibration_error([low, high]) == pytest.approx(error)


def test_a_confidence_of_one_falls_into_the_last_bin():
    (row,) = calibration([crop_score(1.0, True)])
    assert row["from"] == 0.9


def test_several_readers_on_a_drawn_photo(tmp_path, photo, capsys):
    cv2.imwrite(str(tmp_path / "a.png"), photo)
    labels = write_labels(tmp_path / "plates.csv", drawn_plate_row("a.png"))
    figures_file = tmp_path / "figures.json"
    arguments = ["--photos", str(tmp_path), "--labels", str(labels), "--json", str(figures_file)]
    arguments += ["--readers", "network", "tesseract", "tesseract_prepared"]
    assert reading.main(arguments) == 0
    figures = json.loads(figures_file.read_text())["readers"]
    assert set(figures) == {"network", "tesseract", "tesseract_prepared"}
    assert figures["network"]["exact"] == 1
    for name in ("n", "exact", "folded", "cer", "cpu_ms_median", "cpu_ms_mean"):
        assert all(name in row for row in figures.values())
    assert 0 <= figures["network"]["ece"] <= 1
    assert "ece" not in figures["tesseract"]  # it reports no confidence
    assert "network" in capsys.readouterr().out
