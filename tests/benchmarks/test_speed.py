"""What reading costs. The figures themselves are not tested."""

import json

import cv2
import pytest

from benchmarks import speed, throughput
from benchmarks.costs import STAGES, Cost
from benchmarks.systems import OURS
from tests.benchmarks.builders import drawn_plate_row, write_labels


@pytest.mark.slow
def test_one_table_has_the_answers_and_costs_of_all_systems(tmp_path, photo, capsys, monkeypatch):
    monkeypatch.setattr(throughput, "MIN_DURATION_S", 0.1)
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), photo)
    labels = write_labels(
        tmp_path / "plates.csv",
        drawn_plate_row("a.png"),
        drawn_plate_row("b.png", text="KA01AB1234"),
    )
    file = tmp_path / "figures.json"
    arguments = ["--photos", str(tmp_path), "--labels", str(labels), "--split", "validation"]
    arguments += ["--peers", "tutorial", "--workers", "1,2", "--json", str(file)]
    assert speed.main(arguments) == 0
    figures = json.loads(file.read_text())
    assert figures["photos"] == 2
    assert figures["exact"] == 0.5
    assert figures["cpu_ms_median"] > figures["without_decode_ms_median"] > 0
    assert set(figures["stages_ms_mean"]) == set(STAGES)
    for row in (figures, figures["peers"]["tutorial"]):
        assert min(row["photos_a_second_1"], row["photos_a_second_2"], row["peak_memory_mb"]) > 0
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table[:3]] == ["system", "anpr", "tutorial"]


def test_the_tutorial_is_compared_on_photos_in_which_both_find_a_plate():
    def cost(ms: float, answers: tuple) -> Cost:
        return Cost({"decode": 0.0, "read": ms}, ms, answers)

    ours = [cost(10, ("A",)), cost(30, ("A",)), cost(90, ("A",))]
    theirs = [cost(100, ("A",)), cost(2, ()), cost(2, ())]
    figures = speed.compare({OURS: (ours, 1.0), "tutorial": (theirs, 1.0)})
    assert figures["ratio_to_tutorial"] == pytest.approx(0.1)
    figures = speed.compare({OURS: (ours, 1.0), "rapidocr": (theirs, 1.0)})
    assert figures["ratio_to_rapidocr"] == pytest.approx(15)


def test_an_unknown_peer_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        speed.main(["--photos", str(tmp_path), "--peers", "tutorial,openalpr"])
    assert "no openalpr; there are tutorial, rapidocr" in capsys.readouterr().err
