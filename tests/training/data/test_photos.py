"""Which photos may be trained on."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from training.data.photos import (
    NANONETS_DUPLICATES,
    may_train,
    read_rows,
    training_photos,
    withheld_photos,
)

HEADER = "photo,xmin,ymin,xmax,ymax"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the labels of a few photos."""
    photos = {
        "openlpr": ("train_1.jpg", "train_2.jpg", *NANONETS_DUPLICATES),
        "romanian": ("train_a.jpg", "valid_a.jpg"),
    }
    for name, names in photos.items():
        (tmp_path / name).mkdir()
        rows = [HEADER, *(f"{photo},1,2,30.5,40" for photo in names)]
        (tmp_path / name / "boxes.csv").write_text("\n".join(rows))
    plates = f"{HEADER},text,split\ntrain_2.jpg,1,2,30.5,40,AB12,test\n"
    (tmp_path / "openlpr" / "plates.csv").write_text(plates)
    return tmp_path


def thumbnail(path: Path) -> np.ndarray:
    """Returns 24 x 24 grays with mean 0 and norm 1, which are almost the same for copies."""
    gray = cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_2)
    values = cv2.resize(gray, (24, 24), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
    values -= values.mean()
    return values / max(float(np.linalg.norm(values)), 1e-6)  # one training photo is all black


def test_only_photos_that_are_not_held_out_are_trained_on(data):
    photos = {path: boxes.tolist() for path, boxes in training_photos(data)}
    assert photos == {
        data / "openlpr" / "photos" / "train_1.jpg": [[1, 2, 30.5, 40]],
        data / "romanian" / "photos" / "train_a.jpg": [[1, 2, 30.5, 40]],
    }


@pytest.mark.parametrize("photo", ["train_89.jpg", "train_299.jpg", "train_2058.jpg"])
def test_openlpr_photos_that_are_also_in_nanonets_are_not_trained_on(data, photo):
    assert not may_train("openlpr", photo, withheld_photos(data))


def test_the_listed_duplicates_show_the_same_as_the_nanonets_photos(nanonets):
    photos = nanonets.parent / "openlpr" / "photos"
    for openlpr_name, names in NANONETS_DUPLICATES.items():
        for name in names:
            one, other = thumbnail(photos / openlpr_name), thumbnail(nanonets / "photos" / name)
            assert one @ other > 0.999, (openlpr_name, name)


@pytest.mark.slow
def test_no_other_training_photo_is_in_nanonets(nanonets):
    data = nanonets.parent
    names = sorted({row["photo"] for row in read_rows(nanonets / "plates.csv")})
    held_out = np.array([thumbnail(nanonets / "photos" / name) for name in names])
    training = np.array([thumbnail(path) for path, _ in training_photos(data)])
    assert len(training) > 2000
    assert (training @ held_out.T).max() < 0.99
