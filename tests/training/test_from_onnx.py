"""Training that goes on from the committed weights; needs the extra `training`."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from anpr.models import weights
from tests.conftest import REPOSITORY

torch = pytest.importorskip("torch", reason="pip install 'anpr[training]'")
pytest.importorskip("onnx", reason="pip install 'anpr[training]'")

from training.reader.from_onnx import take_up  # noqa: E402
from training.reader.network import Scores, fast_network  # noqa: E402
from training.reader.train_fast import APART, SEEN, taught  # noqa: E402

FAST = REPOSITORY / "anpr" / "models" / "fast.onnx"
CANVAS = np.random.default_rng(0).normal(size=(3, 1, 48, 144)).astype(np.float32)


def test_weights_taken_up_from_onnx_answer_as_they_did():
    network = fast_network()
    take_up(network, FAST, torch.from_numpy(CANVAS))
    net: cv2.dnn.Net = weights.load("fast")
    net.setInput(CANVAS)
    with torch.no_grad():
        answers = Scores(network)(torch.from_numpy(CANVAS)).numpy()
    assert np.abs(answers - net.forward()).max() < 1e-4


def test_in_training_they_begin_with_the_same_answers_too():
    """There a normalisation goes by its batch, which here is the one it was fitted to."""
    network = fast_network()
    take_up(network, FAST, torch.from_numpy(CANVAS))
    with torch.no_grad():
        at_rest = network(torch.from_numpy(CANVAS))
        for part in network.modules():
            part.train(isinstance(part, torch.nn.BatchNorm2d))
        assert (network(torch.from_numpy(CANVAS)) - at_rest).abs().max() < 0.2


def test_each_batch_is_taught_three_times_and_others_in_between():
    batches = [SimpleNamespace(canvas=torch.full((1, 1, 2, 2), float(i))) for i in range(900)]
    lessons = list(taught(batches, torch.nn.Identity()))
    shown = [int(batch.canvas[0, 0, 0, 0]) for batch, _ in lessons]
    assert all((answers == batch.canvas).all() for batch, answers in lessons)
    places = [place for place, number in enumerate(shown) if number == 0]
    assert len(places) == SEEN == 3
    assert min(np.diff(places)) >= APART
    assert shown.count(899) == 1  # its turns are still to come
