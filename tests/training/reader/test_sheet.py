"""Contact sheets of plates; needs the extra `training`."""

import numpy as np
import pytest

from anpr._version import install_hint
from tests.training.builders import pool

pytest.importorskip("torch", reason=f"torch is missing; {install_hint('training')}")

from training.data.real_crops import RealCrops
from training.plates.pool import FlatPool
from training.reader.batches import Sources
from training.reader.sheet import COLUMNS_PER_HALF, drawn, grid, real


@pytest.fixture
def sources() -> Sources:
    rng = np.random.default_rng(0)
    crops = RealCrops(
        images=rng.integers(0, 256, (4, 96, 320), np.uint8),
        sizes=rng.uniform(30, 200, (4, 2)).astype(np.float32),
        texts=np.array(["AB12CD"] * 4),
        lines=np.array([1, 1, 2, 2]),
    )
    drawn_plates = FlatPool(pool().images, pool().aspects, pool().rows, np.arange(6))
    return Sources(drawn_plates, rng.integers(0, 256, (3, 64, 160), np.uint8), crops)


def test_drawn_and_real_plates_fill_halves_of_the_same_size(sources):
    rng = np.random.default_rng(0)
    left = grid(lambda: drawn(sources, rng), COLUMNS_PER_HALF)
    right = grid(lambda: real(sources.real, rng), COLUMNS_PER_HALF)
    assert left.shape == right.shape
    assert left.dtype == right.dtype == np.uint8
