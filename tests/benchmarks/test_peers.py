"""The peers, played by fakes: how they are opened, and what becomes of their answers."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from anpr.photo import Photo
from benchmarks import peers, systems
from benchmarks.peers import PEERS
from benchmarks.systems import SYSTEMS, Settings
from tests.conftest import run_python

BLACK = np.zeros((60, 80, 3), np.uint8)
CORNERS = [[10.0, 20.0], [50.0, 20.0], [50.0, 30.0], [10.0, 30.0]]
FILES = (peers.FAST_ALPR_DETECTOR, peers.FAST_ALPR_READER, peers.FAST_ALPR_CONFIG)


class FakeRapidOCR3:
    """Reads one line, but nothing in a black photo."""

    def __init__(self, params):
        FakeRapidOCR3.params = params

    def __call__(self, bgr):
        if not bgr.any():
            return SimpleNamespace(txts=None, boxes=None, scores=None)
        return SimpleNamespace(txts=("AB12",), boxes=np.array([CORNERS]), scores=(0.9,))


class FakeALPR:
    """Detects two plates and reads one of them."""

    def __init__(self, detector, **options):
        FakeALPR.options = options | {"detector": detector}

    def predict(self, bgr):
        box = SimpleNamespace(xyxy=(10, 20, 50, 30))
        detection = SimpleNamespace(bounding_box=box)
        read = SimpleNamespace(text="AB12", confidence=[0.75, 0.25])
        return [SimpleNamespace(detection=detection, ocr=ocr) for ocr in (read, None)]


@pytest.fixture
def install(monkeypatch):
    """Puts a module with these attributes where Python finds it."""

    def run(name: str, **attributes: object) -> None:
        module = ModuleType(name)
        vars(module).update(attributes)
        monkeypatch.setitem(sys.modules, name, module)

    return run


@pytest.fixture
def fast_alpr(install):
    """A package of fast-alpr whose detector keeps its arguments."""

    def detector(path, labels, **options):
        return SimpleNamespace(path=path, **options)

    install("fast_alpr", ALPR=FakeALPR)
    install("open_image_models")
    install("open_image_models.detection")
    install("open_image_models.detection.core")
    install("open_image_models.detection.core.yolo_v9")
    install("open_image_models.detection.core.yolo_v9.inference", YoloV9Detector=detector)


def test_rapidocr3_runs_on_one_thread_and_its_lines_are_readings(install):
    install("rapidocr", RapidOCR=FakeRapidOCR3)
    reader = SYSTEMS["rapidocr3"].open(Settings())
    threads = [n for name, n in FakeRapidOCR3.params.items() if name.endswith("num_threads")]
    assert threads == [1, 1]
    (reading,) = reader.read(Photo.from_array(BLACK + 255))
    assert (reading.text, reading.confidence) == ("AB12", 0.9)
    assert reading.candidate.corners.tolist() == CORNERS
    assert reader.read(Photo.from_array(BLACK)) == []


def test_fast_alpr_gets_its_weights_from_a_folder_and_runs_on_one_thread(fast_alpr, tmp_path):
    for name in FILES:
        (tmp_path / name).touch()
    reader = SYSTEMS["fast-alpr"].open(Settings(peer_weights=tmp_path))
    options = FakeALPR.options
    assert options["ocr_model"] is None
    assert options["detector"].path == tmp_path / peers.FAST_ALPR_DETECTOR
    for session in (options["detector"].sess_options, options["ocr_sess_options"]):
        assert (session.intra_op_num_threads, session.inter_op_num_threads) == (1, 1)
    (reading,) = reader.read(Photo.from_array(BLACK))
    assert (reading.text, reading.confidence) == ("AB12", 0.5)
    assert reading.candidate.box.x == 10


def test_missing_weights_are_named(fast_alpr, tmp_path):
    opener = PEERS["fast-alpr"].open
    with pytest.raises(FileNotFoundError, match="--peer-weights names its folder"):
        opener(None)
    with pytest.raises(FileNotFoundError, match=f"{FILES[0]}, which is not in {tmp_path}"):
        opener(tmp_path)


def test_every_peer_is_a_system():
    assert set(PEERS) < set(systems.OTHERS)
    assert {SYSTEMS[name].distribution for name in PEERS} == {
        peer.distribution for peer in PEERS.values()
    }


def test_the_process_that_times_a_peer_imports_nothing_of_ours():
    code = "import benchmarks.peers, benchmarks.starts, sys; print('anpr' in sys.modules)"
    assert run_python("-c", code).stdout.strip() == "False"
