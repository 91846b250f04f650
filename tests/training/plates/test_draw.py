"""Drawing flat plates."""

from collections import Counter

import numpy as np

from tests.training.builders import flat
from training.plates.draw import STORED_WH, random_flat


def test_the_same_seed_draws_the_same_plate_and_another_seed_another_one():
    one, other = flat(1), flat(2)
    again = random_flat(np.random.default_rng(1))
    assert np.array_equal(one.image, again.image)
    assert one.rows == again.rows
    assert not np.array_equal(one.image, other.image)


def test_plates_match_their_labels():
    plates = [flat(seed) for seed in range(150)]
    for plate in plates:
        assert plate.image.shape == (STORED_WH[1], STORED_WH[0])
        assert plate.image.dtype == np.uint8
        assert plate.image.std() > 3, "something is drawn on it"
        text = "".join(plate.rows)
        assert text.isascii() and text.isalnum() and len(text) <= 12
    lines = Counter(sum(1 for row in plate.rows if row) for plate in plates)
    assert set(lines) == {1, 2}
    assert lines[1] > lines[2] > 10
    assert len({"".join(plate.rows) for plate in plates}) > 140
