"""What reading costs. The figures themselves are not tested."""

import json

import cv2
import pytest

from benchmarks import speed, starts, throughput
from benchmarks.costs import STAGES, Cost, Measured
from benchmarks.systems import OURS
from tests.benchmarks.builders import drawn_plate_row, write_labels


@pytest.mark.slow
def test_one_table_has_the_answers_and_costs_of_all_systems(tmp_path, photo, capsys, monkeypatch):
    monkeypatch.setattr(throughput, "MIN_DURATION_S", 0.1)
    monkeypatch.setattr(starts, "STARTS", 1)
    for name in ("a.png", "b.png"):
        cv2.imwrite(str(tmp_path / name), photo)
    labels = write_labels(
        tmp_path / "plates.csv",
        drawn_plate_row("a.png"),
        drawn_plate_row("b.png", text="KA01AB1234"),
    )
    file = tmp_path / "figures.json"
    arguments = ["--photos", str(tmp_path), "--labels", str(labels), "--split", "validation"]
    arguments += ["--peers", "tutorial,fast-alpr", "--workers", "1,2", "--json", str(file)]
    assert speed.main(arguments) == 0
    figures = json.loads(file.read_text())
    assert figures["photos"] == 2
    assert figures["exact"] == 0.5
    assert figures["cpu_ms_median"] > figures["without_decode_ms_median"] > 0
    assert figures["cpu_ms_mean"] > figures["without_decode_ms_mean"] > 0
    assert figures["command_start_cpu_s"] > 0
    assert set(figures["stages_ms_mean"]) == set(STAGES)
    assert set(figures["peers"]) == {"tutorial"}
    for row in (figures, figures["peers"]["tutorial"]):
        assert min(row["photos_a_second_1"], row["photos_a_second_2"], row["peak_memory_mb"]) > 0
        assert row["start_cpu_s"] > 0
        assert row["versions"]["opencv"] == cv2.__version__
    assert "onnxruntime" in figures["versions"]
    assert "onnxruntime" not in figures["peers"]["tutorial"]["versions"]
    printed = capsys.readouterr()
    table = printed.out.splitlines()
    assert [line.split()[0] for line in table[:3]] == ["system", "anpr", "tutorial"]
    assert f"versions, tutorial: opencv {cv2.__version__}" in table
    assert "fast-alpr is left out: " in printed.err  # the weights are missing, if not the package


def measured(*costs: tuple[float, tuple]) -> Measured:
    """Costs of photos, given the milliseconds and the answers of each."""
    photos = [Cost({"decode": 0.0, "read": ms}, ms, answers) for ms, answers in costs]
    return Measured(photos, 1.0, {"opencv": "4.12.0"})


def test_the_tutorial_is_compared_on_photos_in_which_both_find_a_plate():
    ours = measured((10, ("A",)), (30, ("A",)), (92, ("A",)))
    theirs = measured((100, ("A",)), (2, ()), (2, ()))
    figures = speed.compare({OURS: ours, "tutorial": theirs})
    assert figures["ratio_to_tutorial"] == pytest.approx(0.1)
    assert figures["ratio_of_means_to_tutorial"] == pytest.approx(0.1)
    figures = speed.compare({OURS: ours, "rapidocr": theirs})
    assert figures["ratio_to_rapidocr"] == pytest.approx(15)
    assert figures["ratio_of_means_to_rapidocr"] == pytest.approx(132 / 104)


def test_the_ratios_are_printed_as_multiples_of_ours(capsys):
    figures = speed.compare({OURS: measured((10, ())), "rapidocr": measured((450, ()))})
    for row in (figures, figures["peers"]["rapidocr"]):
        row["start_cpu_s"] = 1.0
    speed.print_figures(figures | {"command_start_cpu_s": 0.6})
    printed = capsys.readouterr().out
    assert "rapidocr: 45.0 times our median, 45.0 times our mean" in printed
    assert "our command, CPU s to the first answer: 0.6" in printed


def test_without_photos_and_engines_there_is_nothing_to_measure(capsys):
    assert speed.main([]) == 2
    assert "give --photos DIR, --engines, or both" in capsys.readouterr().err


def test_an_unknown_peer_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        speed.main(["--photos", str(tmp_path), "--peers", "tutorial,openalpr"])
    assert (
        "no openalpr; there are tutorial, rapidocr, rapidocr3, fast-alpr" in capsys.readouterr().err
    )
