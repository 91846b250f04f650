"""Teaching the fast network; needs the extra `training`."""

from types import SimpleNamespace

import numpy as np
import pytest

from anpr._version import install_hint

torch = pytest.importorskip("torch", reason=f"torch is missing; {install_hint('training')}")

from training.reader.train_fast import REPETITION_GAP, REPETITIONS, lessons  # noqa: E402


def test_each_batch_is_taught_three_times_with_others_in_between():
    batches = [SimpleNamespace(inputs=torch.full((1, 1, 2, 2), float(i))) for i in range(900)]
    taught = list(lessons(batches, torch.nn.Identity()))
    numbers = [int(batch.inputs[0, 0, 0, 0]) for batch, _ in taught]
    assert all((answers == batch.inputs).all() for batch, answers in taught)
    positions = [position for position, number in enumerate(numbers) if number == 0]
    assert len(positions) == REPETITIONS == 3
    assert min(np.diff(positions)) >= REPETITION_GAP
    assert numbers.count(899) == 1, "its repetitions are still to come"
