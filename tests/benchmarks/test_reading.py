import json

import cv2
import pytest

from benchmarks import reading
from benchmarks.labels import Rectangle, load_labels, select
from benchmarks.reading import ReadScore, calibration, expected_calibration_error
from benchmarks.scoring import Answer, score_plate
from tests.conftest import PLATE_TEXT, PLATE_XYWH
from tests.test_benchmarks import write_labels

BOX = Rectangle(0, 0, 10, 10)


def said(confidence: float, is_right: bool, tmp_path) -> ReadScore:
    (label,) = load_labels(
        write_labels(tmp_path / "one.csv", "a.jpg,0,0,10,10,AB12,,1,yes,,validation")
    )
    text = "AB12" if is_right else "XY99"
    return ReadScore(score_plate(label, [Answer(text, BOX)]), confidence, cpu_ms=1)


def test_calibration_compares_what_was_said_with_what_was_right(tmp_path):
    reads = [said(0.95, True, tmp_path)] * 3 + [said(0.95, False, tmp_path)]
    reads += [said(0.12, False, tmp_path)] * 4
    low, high = calibration(reads)
    assert (low["n"], low["exact"], low["from"]) == (4, 0, 0.1)
    assert (high["n"], high["exact"]) == (4, 0.75)
    error = (4 * 0.12 + 4 * (0.95 - 0.75)) / 8
    assert expected_calibration_error([low, high]) == pytest.approx(error)


def test_certainty_falls_into_the_last_bin(tmp_path):
    (row,) = calibration([said(1.0, True, tmp_path)])
    assert row["from"] == 0.9


def test_lines_choose_labels(tmp_path):
    labels = load_labels(
        write_labels(
            tmp_path / "plates.csv",
            "a.jpg,0,0,10,10,AB12,,1,yes,,validation",
            "b.jpg,0,0,10,10,CD34,,2,yes,,validation",
        )
    )
    assert [label.photo for label in select(labels, "validation", lines=2)] == ["b.jpg"]
    with pytest.raises(ValueError, match="there are: validation"):
        select(labels, "test")


def test_readers_stand_side_by_side(tmp_path, photo, capsys):
    cv2.imwrite(str(tmp_path / "a.png"), photo)
    x, y, width, height = PLATE_XYWH
    box = f"{x},{y},{x + width},{y + height}"
    labels = write_labels(tmp_path / "plates.csv", f"a.png,{box},{PLATE_TEXT},,1,yes,,validation")
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
    assert "ece" not in figures["tesseract"]  # it does not say how sure it is
    assert "network" in capsys.readouterr().out
