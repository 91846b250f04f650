"""The engine: networks opened once, shared by threads, the same in every process."""

import pickle
import shutil
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

import numpy as np
import pytest

from anpr.errors import ModelError
from anpr.models import engine, weights
from anpr.pipeline import PlateReader
from anpr.read.network import NetworkReader
from tests.builders import SAMPLES

INPUT_SHAPES = {
    "corners": (1, 64, 128),
    "detector": (16, 88, 112),
    "fast": (1, 48, 144),
    "line": (1, 48, 144),
    "reader": (1, 48, 144),
}
PHOTOS = sorted(SAMPLES.rglob("*.jpg"))
THREADS, TASKS = 8, 400

Answer = list[tuple[str, float | None]]


def noise(name: str, count: int = 1) -> np.ndarray:
    shape = (count, *INPUT_SHAPES[name])
    return np.random.default_rng(count).normal(size=shape).astype(np.float32)


def answer(reader: PlateReader, photo: Path) -> Answer:
    return [(reading.text, reading.confidence) for reading in reader.read(photo)]


def answer_of_a_pickle(pickled: bytes, photo: Path) -> Answer:
    return answer(pickle.loads(pickled), photo)


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


@pytest.fixture(scope="module")
def answers(reader: PlateReader) -> dict[Path, Answer]:
    """The answers of one thread."""
    return {photo: answer(reader, photo) for photo in PHOTOS}


@pytest.mark.parametrize("name", INPUT_SHAPES)
def test_several_inputs_at_once_give_the_outputs_of_each(name):
    run, tensors = engine.load(name), noise(name, 3)
    alone = np.concatenate([run(tensor[None]) for tensor in tensors])
    assert np.abs(run(tensors) - alone).max() < 1e-4
    assert np.abs(alone[0] - alone[1]).max() > 1e-3, "different inputs, different outputs"


def test_a_network_is_opened_once_in_a_process():
    assert engine.load("reader") is engine.load("reader")
    assert NetworkReader().large_net is NetworkReader().large_net


def test_damaged_weights_are_never_parsed(tmp_path, monkeypatch):
    shutil.copytree(weights.FOLDER, tmp_path / "models")
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "models")
    monkeypatch.setattr(engine, "_opened", {})
    (tmp_path / "models" / "reader.onnx").write_bytes(b"not a network")
    with pytest.raises(ModelError, match=r"reader\.onnx: damaged"):
        engine.load("reader")


@pytest.mark.slow
def test_threads_share_a_reader_and_get_the_answers_of_one(reader, answers):
    photos = [PHOTOS[number % len(PHOTOS)] for number in range(TASKS)]
    with ThreadPoolExecutor(THREADS) as threads:
        shared = list(threads.map(lambda photo: answer(reader, photo), photos))
    assert shared == [answers[photo] for photo in photos]


def test_a_pickled_reader_gives_the_same_answers(reader, answers):
    copy = pickle.loads(pickle.dumps(reader))
    assert copy.reader.large_net is reader.reader.large_net
    assert {photo: answer(copy, photo) for photo in PHOTOS} == answers


@pytest.mark.slow
@pytest.mark.parametrize("method", get_all_start_methods())
def test_a_reader_gives_the_same_answers_in_another_process(method, reader, answers):
    with get_context(method).Pool(1) as pool:
        sent = [pool.apply_async(answer_of_a_pickle, (pickle.dumps(reader), p)) for p in PHOTOS]
        assert {p: s.get(60) for p, s in zip(PHOTOS, sent, strict=True)} == answers
