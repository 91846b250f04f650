"""What reading costs, beside others and as it grows. The figures themselves are not tested."""

import json

import cv2
import pytest

from benchmarks import growth, speed, throughput
from tests.conftest import PLATE_TEXT, PLATE_XYWH
from tests.test_benchmarks import write_labels


@pytest.fixture
def folder(tmp_path, photo):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(photos / name), photo)
    return photos


@pytest.fixture
def labels(tmp_path):
    x, y, width, height = PLATE_XYWH
    box = f"{x},{y},{x + width},{y + height}"
    right = f"a.png,{box},{PLATE_TEXT},,1,yes,,validation"
    wrong = f"b.png,{box},KA01AB1234,,1,yes,,validation"
    return write_labels(tmp_path / "plates.csv", right, wrong)


def test_one_table_holds_what_systems_answer_and_cost(
    folder, labels, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(throughput, "LEAST_S", 0.1)
    file = tmp_path / "figures.json"
    arguments = ["--photos", str(folder), "--labels", str(labels), "--split", "validation"]
    arguments += ["--peers", "tutorial", "--workers", "1,2", "--json", str(file)]
    assert speed.main(arguments) == 0
    figures = json.loads(file.read_text())
    assert figures["photos"] == 2
    assert figures["exact"] == 0.5
    assert figures["cpu_ms_median"] > figures["without_decode_ms_median"] > 0
    assert set(figures["stages_ms_mean"]) == set(speed.STAGES)
    tutorial = figures["peers"]["tutorial"]
    for of in (figures, tutorial):
        assert min(of["photos_a_second_1"], of["photos_a_second_2"], of["peak_memory_mb"]) > 0
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table[:3]] == ["system", "anpr", "tutorial"]


def test_the_tutorial_is_compared_where_both_find_a_plate():
    def cost(ms: float, answers: tuple) -> speed.Cost:
        return speed.Cost({"decode": 0.0, "read": ms}, ms, answers)

    ours = [cost(10, ("A",)), cost(30, ("A",)), cost(90, ("A",))]
    theirs = [cost(100, ("A",)), cost(2, ()), cost(2, ())]
    figures = speed.compare({speed.OURS: (ours, 1.0), "tutorial": (theirs, 1.0)})
    assert figures["ratio_to_tutorial"] == pytest.approx(0.1)
    figures = speed.compare({speed.OURS: (ours, 1.0), "rapidocr": (theirs, 1.0)})
    assert figures["ratio_to_rapidocr"] == pytest.approx(15)


def test_what_is_not_there_to_compare_is_named(folder, capsys):
    with pytest.raises(SystemExit):
        speed.main(["--photos", str(folder), "--peers", "tutorial,openalpr"])
    assert "no openalpr; there are tutorial, rapidocr" in capsys.readouterr().err


def test_growth_with_size_plates_and_number(folder, tmp_path):
    file = tmp_path / "figures.json"
    arguments = ["--photos", str(folder), "--counts", "3", "--json", str(file)]
    assert growth.main(arguments) == 0
    figures = json.loads(file.read_text())
    assert [row["width"] for row in figures["by_size"]] == [640, 1280, 2560, 4000]
    assert [row["plates"] for row in figures["by_plates"]] == [1, 2, 4, 8]
    (run,) = figures["by_number"]
    assert run["photos"] == 3
    assert 50 < run["peak_memory_mb"] < 1000


@pytest.mark.parametrize("main", [speed.main, growth.main])
def test_a_folder_without_photos_is_named(tmp_path, capsys, main):
    assert main(["--photos", str(tmp_path)]) == 2
    assert f"{tmp_path}: no photos in it" in capsys.readouterr().err
