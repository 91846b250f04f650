"""The plate factory, and what keeps validation and test out of training. No PyTorch needed."""

import csv
from collections import Counter

import numpy as np
import pytest

from tests.conftest import NANONETS, REPOSITORY
from training.plates.draw import STORED_WH, random_flat
from training.plates.world import photograph
from training.transcripts import folded, is_legible, is_protected, protected_texts

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


def test_the_camera_harms_in_a_seeded_way_and_leaves_the_plate_alone():
    plate = flat(3)
    before = plate.image.copy()
    first, again = (
        photograph(plate.image, plate.aspect, BACKGROUND, np.random.default_rng(7))
        for _ in range(2)
    )
    assert np.array_equal(first, again)
    assert np.array_equal(plate.image, before)
    assert (first.shape, first.dtype) == ((48, 144), np.uint8)


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
