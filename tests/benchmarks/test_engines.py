"""Our networks on several engines: they agree, and a missing one is left out."""

import json
import sys

import cv2
import numpy as np
import pytest

from benchmarks import engines, speed
from benchmarks.engines import EIGHT_BITS, ENGINES, FLOAT, FOLDERS, SHAPES


@pytest.fixture
def one_run(monkeypatch):
    """Measures two networks, once each."""
    monkeypatch.setattr(engines, "TURNS", 1)
    monkeypatch.setattr(engines, "RUNS_PER_TURN", 1)
    monkeypatch.setattr(engines, "SHAPES", {name: SHAPES[name] for name in ("corners", "fast")})


def test_the_figures_of_a_network_by_engine(one_run, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "openvino", None)  # makes its import fail
    file = tmp_path / "figures.json"
    assert speed.main(["--engines", "--json", str(file)]) == 0
    figures = json.loads(file.read_text())["engines"]
    assert set(figures["versions"]) == {"onnxruntime", "opencv"}
    costs = figures["cpu_ms_median"]
    assert set(costs["corners"]) == {FLOAT}  # the same file in both folders
    assert set(costs["fast"]) == {FLOAT, EIGHT_BITS}
    assert min(costs["fast"][FLOAT].values()) > 0
    assert set(costs["fast"][EIGHT_BITS]) == {"onnxruntime"}
    printed = capsys.readouterr()
    assert "fast, eight bits" in printed.out
    assert "openvino is left out: " in printed.err


def test_an_opencv_without_dnn_is_left_out(one_run, monkeypatch, capsys):
    monkeypatch.delattr(cv2, "dnn")
    assert "opencv" not in engines.measure_engines()["versions"]
    assert f"opencv is left out: OpenCV {cv2.__version__} does not" in capsys.readouterr().err


@pytest.mark.parametrize("name", SHAPES)
def test_the_engines_give_the_same_output(name):
    content = (FOLDERS[FLOAT] / f"{name}.onnx").read_bytes()
    tensor = np.random.default_rng(0).random(SHAPES[name], np.float32)
    expected = ENGINES["onnxruntime"]()(content)(tensor)
    output = ENGINES["opencv"]()(content)(tensor)
    assert output == pytest.approx(expected, abs=1e-3)  # the order of the sums differs
