"""Single lines cut out of two-line plates."""

import numpy as np
import pytest

from tests.training.builders import flat
from training.plates.draw import STORED_WH
from training.reader.single_lines import one_line


def test_a_line_of_a_two_line_plate_is_cut_out_with_its_own_text():
    plates = [plate for plate in map(flat, range(400)) if plate.rows[1]]
    rng = np.random.default_rng(0)
    lines = [(plate, one_line(plate.image, plate.aspect, plate.rows, rng)) for plate in plates]
    cut = [(plate, *line) for plate, line in lines if line]
    assert len(cut) > 0.6 * len(plates), "the others have two small lines beside a big one"
    for plate, image, aspect, rows in cut:
        assert rows[0] in plate.rows and rows[1] == ""
        assert image.shape[1] == STORED_WH[0]
        assert aspect * image.shape[0] == pytest.approx(plate.aspect * STORED_WH[1])
        assert 0.2 * STORED_WH[1] < image.shape[0] < 0.9 * STORED_WH[1]
    assert {plate.rows.index(rows[0]) for plate, _, _, rows in cut} == {0, 1}
