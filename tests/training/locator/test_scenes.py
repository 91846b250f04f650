"""Scenes that the locator is trained on."""

import numpy as np

from tests.training.builders import STREET, scene
from training.locator.scenes import SCENE_HW


def test_a_scene_is_seeded_and_does_not_change_the_photo():
    before = STREET.copy()
    one, again = scene(1), scene(1)
    assert np.array_equal(one.gray, again.gray)
    assert np.array_equal(one.boxes(), again.boxes())
    assert np.array_equal(STREET, before)
    assert (one.gray.shape, one.gray.dtype) == (SCENE_HW, np.uint8)


def test_scenes_have_kept_and_drawn_plates_inside_their_boxes():
    scenes = [scene(seed) for seed in range(60)]
    assert 0.2 < np.mean([is_drawn for made in scenes for is_drawn in made.is_drawn]) < 0.9
    boxes = np.concatenate([made.boxes() for made in scenes])
    assert len(boxes) > 60
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    is_inside = (centres > 0) & (centres < np.array(SCENE_HW[::-1]))
    assert is_inside.all(axis=1).mean() > 0.95
    contrasts = [
        made.gray[int(y0) : int(y1), int(x0) : int(x1)].std()
        for made in scenes
        for (x0, y0, x1, y1), is_drawn in zip(made.boxes().clip(0), made.is_drawn, strict=True)
        if is_drawn
    ]
    assert np.median(contrasts) > 10, "something is drawn there"
