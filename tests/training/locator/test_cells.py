"""Training targets of the detector."""

import numpy as np

from anpr.locate.network import find_boxes
from tests.training.builders import STREET, scene
from training.locator.boxes import intersection_over_union
from training.locator.cells import cell_targets
from training.locator.scenes import NO_BOXES, ScenePhoto


def test_an_output_that_equals_the_targets_is_decoded_into_every_plate_exactly():
    for seed in range(30):
        made = scene(seed)
        heat, _, geometry, _ = cell_targets(made)
        logits = np.log((heat + 1e-6) / (1 - heat + 1e-6))[None]
        cells = np.concatenate([logits, geometry]).astype(np.float32)
        found = find_boxes(cells, min_score=0.99, max_overlap=0.9).edges
        for box in made.boxes():
            assert intersection_over_union(box, found).max() > 0.999


def test_doubtful_boxes_are_masked():
    photo = ScenePhoto(STREET, NO_BOXES, doubtful=np.array([[10.0, 10, 390, 290]]))
    made = scene(3, photo)
    heat, weight, _, has_box = cell_targets(made)
    assert made.masked
    assert (weight == 0).sum() > 100
    assert (weight[has_box] == 1).all()
    assert heat.max() <= 1
