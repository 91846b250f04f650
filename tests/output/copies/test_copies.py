"""Copies of a photo: annotated, redacted, and the plates on their own."""

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from anpr.errors import OutputError
from anpr.output.copies.copies import annotated_copies, plate_crops, redacted_copies
from anpr.photo import Photo
from anpr.pipeline import PlateReader
from anpr.types import Candidate, Status
from tests.builders import (
    CROP,
    SAMPLE,
    SAMPLES,
    UNDECODABLE_NAME,
    encoded,
    noise,
    reading,
    rectangle,
    result,
)
from tests.fakes.stages import FixedLocator

KINDS = (annotated_copies, plate_crops, redacted_copies)


def noisy_photo() -> Photo:
    return Photo.from_array(noise())


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def pixels(path: Path) -> np.ndarray:
    return Photo.open(path).bgr


@pytest.mark.parametrize("make", KINDS)
def test_if_all_goes_well_the_result_and_the_photo_stay_the_same(tmp_path, make):
    image = noise()
    before = image.copy()
    done = result(tmp_path / "in" / "a" / "car.jpg", reading("AB12"), reading("AB12", 0.5))
    assert make(tmp_path / "out", (tmp_path / "in",))(done, Photo.from_array(image)) is done
    assert (image == before).all()
    crops = ["a/car-1-AB12.png", "a/car-2-AB12.png"]
    assert files(tmp_path / "out") == (crops if make is plate_crops else ["a/car.jpg"])


@pytest.mark.parametrize("make", KINDS)
def test_a_copy_changes_no_answer(tmp_path, make):
    """A copy decodes the colours, and the reader must not get its gray from them."""
    photo = Photo.open(SAMPLE)
    gray = Photo.open(SAMPLE).gray
    make(tmp_path / "out", ())(result(SAMPLE, reading()), photo)
    assert (photo.gray == gray).all()


def test_crops_are_the_plates_as_they_were_read(tmp_path):
    readings = (reading("AB12", crop=None), reading("AB12"))
    plate_crops(tmp_path / "out", ())(result("car.jpg", *readings), noisy_photo())
    assert files(tmp_path / "out") == ["car-2-AB12.png"]
    crop = cv2.imread(str(tmp_path / "out" / "car-2-AB12.png"), cv2.IMREAD_UNCHANGED)
    assert (crop == CROP).all()


def test_an_annotated_copy_has_outlines_and_the_size_of_the_photo(tmp_path):
    annotated_copies(tmp_path, ())(result("car.png", reading()), noisy_photo())
    copy = pixels(tmp_path / "car.png")
    assert copy.shape == (200, 300, 3)
    changed = (copy != noise()).any(axis=2)
    assert changed[80, 100] and not changed[95:105, 110:190].any()


def test_a_photo_without_a_candidate_is_copied_losslessly(tmp_path):
    redacted_copies(tmp_path / "out", (), FixedLocator())(result("car.webp"), noisy_photo())
    assert (pixels(tmp_path / "out" / "car.webp.png") == noise()).all()


def test_a_name_that_is_not_utf_8(tmp_path):
    done = redacted_copies(tmp_path, ())(
        result(Path("in", UNDECODABLE_NAME), reading()), noisy_photo()
    )
    assert done.unwritten == ""
    assert os.listdir(tmp_path) == [UNDECODABLE_NAME]


@pytest.mark.parametrize("make", [annotated_copies, redacted_copies])
def test_copies_contain_no_metadata(tmp_path, make):
    exif = PIL.Image.Exif()
    exif[0x0110] = "camera of a known owner"
    exif.get_ifd(0x8825)[2] = (50.0, 7.0, 30.0)  # GPS latitude
    photo = tmp_path / "in" / "car.jpg"
    photo.parent.mkdir()
    PIL.Image.fromarray(noise()).save(photo, exif=exif)
    assert b"known owner" in photo.read_bytes()
    make(tmp_path / "out", (photo.parent,))(result(photo, reading()), Photo.open(photo))
    copy = tmp_path / "out" / "car.jpg"
    with PIL.Image.open(copy) as written:
        assert not written.getexif()
        assert written.size == (300, 200)
    assert b"known owner" not in copy.read_bytes()


def test_every_candidate_is_redacted_whether_or_not_it_was_read(tmp_path):
    class TwoPasses:
        """Finds one candidate in the photo, and another one in its copy."""

        def __init__(self) -> None:
            self.passes = [[rectangle(20, 20, 60, 20)], [rectangle(220, 150, 60, 20)]]

        def candidates(self, gray: np.ndarray) -> list[Candidate]:
            return self.passes.pop(0)

    copies = redacted_copies(tmp_path, (), TwoPasses())
    copies(result("car.png", reading()), noisy_photo())
    changed = (pixels(tmp_path / "car.png") != noise()).any(axis=2)
    for box in (np.s_[22:38, 22:78], np.s_[92:108, 105:195], np.s_[152:168, 222:278]):
        assert changed[box].mean() > 0.99
    assert not changed[:10].any()


@pytest.mark.parametrize("is_read", [False, True])
def test_a_redacted_copy_cannot_be_read(tmp_path, is_read):
    reader = PlateReader()
    photo = Photo.open(SAMPLE)
    readings = reader.read(photo)
    assert readings
    done = result(SAMPLE, *readings) if is_read else result(SAMPLE)
    copies = redacted_copies(tmp_path / "out", (SAMPLES,))
    assert copies(done, photo).unwritten == ""
    assert not reader.read(tmp_path / "out" / "group1" / "003.jpg")


@pytest.mark.parametrize("make", KINDS)
def test_a_copy_that_cannot_be_written_is_reported_and_loses_no_reading(tmp_path, make):
    copies = make(tmp_path / "out", ())
    (tmp_path / "out").rmdir()
    (tmp_path / "out").touch()  # a file in place of the folder
    done = result("car.jpg", reading())
    reported = copies(done, noisy_photo())
    assert "car" in reported.unwritten
    assert "cannot be written" in reported.unwritten
    kept = (reported.readings, reported.status, reported.reason)
    assert kept == (done.readings, Status.READ, "")


def test_a_missing_folder_is_created_again(tmp_path):
    copies = annotated_copies(tmp_path / "out", ())
    (tmp_path / "out").rmdir()
    assert copies(result("car.jpg", reading()), noisy_photo()).unwritten == ""
    assert files(tmp_path / "out") == ["car.jpg"]


def test_several_failures_are_all_reported(tmp_path):
    copies = annotated_copies(tmp_path / "out", ())
    (tmp_path / "out" / "car.jpg").mkdir()
    done = replace(result("car.jpg", reading()), unwritten="crops: disk full")
    reported = copies(done, noisy_photo()).unwritten
    assert reported.startswith("crops: disk full; ")
    assert "Is a directory" in reported


def test_an_image_too_large_for_its_format_is_reported_in_one_line(tmp_path):
    copies = annotated_copies(tmp_path / "out", ())
    photo = Photo.from_array(np.zeros((1, 70_000, 3), np.uint8))
    reported = copies(result("car.jpg"), photo)
    assert "car.jpg" in reported.unwritten
    assert "\n" not in reported.unwritten
    assert not files(tmp_path / "out")


def test_nothing_is_written_if_redacting_fails(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise cv2.error("out of\nmemory")

    monkeypatch.setattr("anpr.output.copies.copies.redact", fail)
    copies = redacted_copies(tmp_path / "out", ())
    assert copies(result("car.jpg", reading()), noisy_photo()).unwritten == "out of memory"
    assert not files(tmp_path / "out")


def test_a_full_disk_leaves_the_previous_copy_and_nothing_else(tmp_path, monkeypatch):
    def full(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    copies = redacted_copies(tmp_path, ())
    done = result("in/car.jpg", reading())
    copies(done, noisy_photo())
    before = (tmp_path / "car.jpg").read_bytes()
    monkeypatch.setattr(Path, "write_bytes", full)
    assert "free some space" in copies(done, noisy_photo()).unwritten
    assert (tmp_path / "car.jpg").read_bytes() == before
    assert os.listdir(tmp_path) == ["car.jpg"]


def test_a_photo_is_never_overwritten_even_if_a_link_leads_to_its_folder(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "car.jpg").write_bytes(encoded(noise()))
    before = (photos / "car.jpg").read_bytes()
    copies = redacted_copies(tmp_path / "out", (tmp_path / "in",))
    (tmp_path / "out" / "a").symlink_to(photos)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").symlink_to(photos)
    reported = copies(result(tmp_path / "in" / "a" / "car.jpg", reading()), noisy_photo())
    assert "is the photo itself; name another folder" in reported.unwritten
    assert (photos / "car.jpg").read_bytes() == before


@pytest.mark.parametrize("make", KINDS)
def test_a_folder_that_photos_are_read_from_is_refused(tmp_path, make):
    with pytest.raises(OutputError, match="photos are read from"):
        make(tmp_path, (tmp_path,))
