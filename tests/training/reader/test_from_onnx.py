"""Committed weights as a network to train again; needs the extra `training`."""

import numpy as np
import pytest

from anpr._version import install_hint
from anpr.models.engine import Network
from tests.builders import REPOSITORY

torch = pytest.importorskip("torch", reason=f"torch is missing; {install_hint('training')}")
pytest.importorskip("onnx", reason=f"onnx is missing; {install_hint('training')}")

from training.reader.from_onnx import load_weights  # noqa: E402
from training.reader.network import Scores, fast_network  # noqa: E402

FAST = REPOSITORY / "training" / "weights" / "fast.onnx"
INPUTS = np.random.default_rng(0).normal(size=(3, 1, 48, 144)).astype(np.float32)


def test_the_network_gives_the_same_answers_as_the_file():
    network = fast_network()
    load_weights(network, FAST, torch.from_numpy(INPUTS))
    with torch.no_grad():
        answers = Scores(network)(torch.from_numpy(INPUTS)).numpy()
    assert np.abs(answers - Network("fast", FAST.read_bytes())(INPUTS)).max() < 1e-4


def test_training_begins_with_the_same_answers():
    """In training, a normalisation uses its batch: here the one that it was fitted to."""
    network = fast_network()
    load_weights(network, FAST, torch.from_numpy(INPUTS))
    with torch.no_grad():
        at_rest = network(torch.from_numpy(INPUTS))
        for layer in network.modules():
            layer.train(isinstance(layer, torch.nn.BatchNorm2d))
        assert (network(torch.from_numpy(INPUTS)) - at_rest).abs().max() < 0.2
