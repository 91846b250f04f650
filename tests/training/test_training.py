"""The plate factory, and what keeps validation and test out of training. No PyTorch needed."""

import csv
from collections import Counter

import numpy as np
import pytest

from anpr.locate.network import find_boxes
from tests.conftest import NANONETS, REPOSITORY
from training.data.transcripts import folded, is_legible, is_protected, protected_texts
from training.locator.boxes import intersection_over_union
from training.locator.cells import cell_targets
from training.locator.decoys import draw_decoy
from training.locator.scenes import NOWHERE, SCENE_HW, Photo, make_scene
from training.plates.draw import STORED_WH, random_flat
from training.plates.pool import FlatPool
from training.plates.poses import CAREFUL_LIMITS, random_margins, random_quad, upright_quad
from training.plates.camera import photograph
from training.reader.single_lines import one_line

DATA = NANONETS.parent
TRANSCRIPTS = REPOSITORY / "training" / "transcripts.csv"
BACKGROUND = np.full((60, 200), 90, np.uint8)


@pytest.fixture(scope="module")
def transcripts() -> list[dict[str, str]]:
    with TRANSCRIPTS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def flat(seed: int):
    return random_flat(np.random.default_rng(seed))


def test_a_seed_draws_the_same_plate_again_and_another_seed_another():
    one, again, other = flat(1), flat(1), flat(2)
    assert np.array_equal(one.image, again.image)
    assert one.rows == again.rows
    assert not np.array_equal(one.image, other.image)


def test_plates_are_what_their_labels_say_they_are():
    plates = [flat(seed) for seed in range(150)]
    for plate in plates:
        assert plate.image.shape == (STORED_WH[1], STORED_WH[0])
        assert plate.image.dtype == np.uint8
        assert is_legible("".join(plate.rows))
        assert plate.image.std() > 3  # something is drawn on it
    lines = Counter(sum(1 for row in plate.rows if row) for plate in plates)
    assert set(lines) == {1, 2}
    assert lines[1] > lines[2] > 10
    assert len({"".join(plate.rows) for plate in plates}) > 140


def test_a_line_of_two_is_cut_out_with_its_own_text():
    plates = [plate for plate in map(flat, range(400)) if plate.rows[1]]
    rng = np.random.default_rng(0)
    cut = [(plate, one_line(plate.image, plate.aspect, plate.rows, rng)) for plate in plates]
    singles = [(plate, *single) for plate, single in cut if single]
    assert len(singles) > 0.6 * len(plates), "of the others two small lines stand beside a big one"
    for plate, image, aspect, rows in singles:
        assert rows[0] in plate.rows and rows[1] == ""
        assert image.shape[1] == STORED_WH[0]
        assert aspect * image.shape[0] == pytest.approx(plate.aspect * STORED_WH[1])
        assert 0.2 * STORED_WH[1] < image.shape[0] < 0.9 * STORED_WH[1]
    assert {plate.rows.index(rows[0]) for plate, _, _, rows in singles} == {0, 1}


def test_the_camera_harms_in_a_seeded_way_and_leaves_the_plate_alone():
    plate = flat(3)
    before = plate.image.copy()
    first, again = (
        photograph(plate.image, plate.aspect, BACKGROUND, np.random.default_rng(7))
        for _ in range(2)
    )
    assert np.array_equal(first, again)
    assert np.array_equal(plate.image, before)
    assert first.ndim == 2 and first.dtype == np.uint8


def test_plates_cut_as_our_locator_does_stand_upright_in_the_crop():
    rng = np.random.default_rng(0)
    tilts = {
        pose: np.std([np.arctan2(*(quad[1] - quad[0])[::-1]) for quad in quads])
        for pose, quads in {
            pose: [pose(4.0, rng) for _ in range(300)] for pose in (upright_quad, random_quad)
        }.items()
    }
    assert tilts[upright_quad] < tilts[random_quad] / 2
    careful = np.array([random_margins(rng, is_careful=True) for _ in range(300)])
    assert careful.min() >= CAREFUL_LIMITS[0] and careful.max() <= CAREFUL_LIMITS[1]
    loose = np.array([random_margins(rng) for _ in range(300)])
    assert careful.std() < loose.std()


SCENE_WIDTHS_PX = (20.0, 200.0)
STREET = np.random.default_rng(0).integers(60, 120, (300, 400), np.uint8)
STREET_PLATE = np.array([[150.0, 200, 230, 225]])


@pytest.fixture(scope="module")
def flats() -> FlatPool:
    plates = [flat(seed) for seed in range(6)]
    return FlatPool(
        (np.stack([plate.image for plate in plates]),),
        tuple(plate.aspect for plate in plates),
        tuple(plate.rows for plate in plates),
        np.empty(0, int),
    )


def scene(flats, seed: int):
    rng = np.random.default_rng(seed)
    return make_scene(Photo(STREET, STREET_PLATE), flats, SCENE_WIDTHS_PX, rng)


def test_a_scene_is_seeded_and_leaves_the_photo_alone(flats):
    before = STREET.copy()
    one, again = scene(flats, 1), scene(flats, 1)
    assert np.array_equal(one.canvas, again.canvas)
    assert np.array_equal(one.boxes(), again.boxes())
    assert np.array_equal(STREET, before)
    assert (one.canvas.shape, one.canvas.dtype) == (SCENE_HW, np.uint8)


def test_scenes_hold_kept_and_drawn_plates_where_they_say(flats):
    scenes = [scene(flats, seed) for seed in range(60)]
    drawn = [is_drawn for made in scenes for is_drawn in made.is_drawn]
    assert 0.2 < np.mean(drawn) < 0.9
    boxes = np.concatenate([made.boxes() for made in scenes])
    assert len(boxes) > 60
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    inside = (centres > 0) & (centres < np.array(SCENE_HW[::-1]))
    assert inside.all(axis=1).mean() > 0.95
    contrast = [
        made.canvas[int(y0) : int(y1), int(x0) : int(x1)].std()
        for made in scenes
        for (x0, y0, x1, y1), is_drawn in zip(made.boxes().clip(0), made.is_drawn, strict=True)
        if is_drawn
    ]
    assert np.median(contrast) > 10  # something is drawn there


def test_what_the_finder_is_taught_is_what_its_map_is_read_as(flats):
    """A finder that answered as it is taught would find every plate, exactly."""
    for seed in range(30):
        made = scene(flats, seed)
        hill, _, geometry, _ = cell_targets(made)
        cells = np.concatenate([np.log((hill + 1e-6) / (1 - hill + 1e-6))[None], geometry])
        found = find_boxes(cells.astype(np.float32), min_score=0.99, max_overlap=0.9).edges
        for box in made.boxes():
            assert intersection_over_union(box, found).max() > 0.999


def test_masked_places_are_not_taught(flats):
    photo = Photo(STREET, NOWHERE, doubtful=np.array([[10.0, 10, 390, 290]]))
    made = make_scene(photo, flats, SCENE_WIDTHS_PX, np.random.default_rng(3))
    hill, weight, _, inside = cell_targets(made)
    assert made.masked
    assert (weight == 0).sum() > 100
    assert (weight[inside] == 1).all()
    assert hill.max() <= 1


def test_decoys_are_seeded_pictures_of_the_shape_asked_for():
    for seed in range(20):
        decoy, again = (draw_decoy(2.5, np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(decoy, again)
        assert decoy.shape == (64, 160)
        assert decoy.std() > 3


@pytest.mark.parametrize(
    ("text", "is_near"),
    [
        ("MH20EE7601", True),
        ("MH20EE760", True),
        ("MH20EF7601", True),
        ("MH2OEE76O1", True),  # look-alikes are no difference
        ("MH20EF7602", False),
        ("MH20EE76", False),
    ],
)
def test_one_slip_of_the_pen_does_not_hide_a_plate_we_are_measured_on(text, is_near):
    assert is_protected(text, [folded("MH20EE7601")]) == is_near


def test_short_texts_are_protected_only_as_they_are():
    assert is_protected("AB12", ["AB12"])
    assert not is_protected("AB13", ["AB12"])


def test_no_transcript_is_of_a_photo_or_a_car_we_are_measured_on(transcripts):
    if not DATA.is_dir():
        pytest.skip(f"the photographs are not here: {DATA}")
    with (DATA / "openlpr" / "plates.csv").open(newline="", encoding="utf-8") as file:
        withheld = {row["photo"] for row in csv.DictReader(file)}
    protected = protected_texts(DATA)
    for row in transcripts:
        assert row["set"] in {"openlpr", "romanian"}
        assert row["set"] != "openlpr" or row["photo"] not in withheld
        assert row["set"] != "romanian" or row["photo"].startswith("train_")
        assert not is_protected(row["text"], protected)


def test_transcripts_are_whole(transcripts):
    assert len(transcripts) > 1500
    for row in transcripts:
        assert is_legible(row["text"]), row
        assert row["lines"] in {"1", "2"}
        assert float(row["xmin"]) < float(row["xmax"])
        assert float(row["ymin"]) < float(row["ymax"])
