"""Pictures made beside a photo: annotated, redacted, and the plates by themselves."""

import os
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import PIL.Image
import pytest

from anpr.errors import OutputError
from anpr.output.copies.copies import AnnotatedCopies, PlateCrops, RedactedCopies
from anpr.pipeline import PlateReader
from anpr.types import FileResult, Reading, Status
from tests.test_redact import CROP, SAMPLE, SAMPLES, noise, reading

KINDS = (AnnotatedCopies, PlateCrops, RedactedCopies)


def result(path: Path, *readings: Reading) -> FileResult:
    return FileResult(path, Status.READ if readings else Status.NO_PLATE, readings)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


@pytest.mark.parametrize("kind", KINDS)
def test_all_went_well_is_the_same_result_and_the_same_pixels(tmp_path, kind):
    image = noise()
    before = image.copy()
    done = result(tmp_path / "in" / "a" / "car.jpg", reading(), reading(status=Status.CHECK))
    assert kind(tmp_path / "out", (tmp_path / "in",))(done, image) is done
    assert (image == before).all()
    crops = ["a/car-1-AB12.png", "a/car-2-AB12.png"]
    assert files(tmp_path / "out") == (crops if kind is PlateCrops else ["a/car.jpg"])


def test_crops_are_the_plates_as_they_were_read(tmp_path):
    without = replace(reading(), crop=None)
    PlateCrops(tmp_path / "out", ())(result(Path("car.jpg"), without, reading()), noise())
    assert files(tmp_path / "out") == ["car-2-AB12.png"]
    crop = cv2.imread(str(tmp_path / "out" / "car-2-AB12.png"), cv2.IMREAD_UNCHANGED)
    assert (crop == CROP).all()


def test_a_photo_without_a_plate_is_copied_without_loss_where_it_was(tmp_path):
    image = noise()
    RedactedCopies(tmp_path / "out", ())(result(Path("car.webp")), image)
    assert (images.load(tmp_path / "out" / "car.webp.png") == image).all()


def test_a_name_that_is_no_utf_8(tmp_path):
    name = os.fsdecode(b"k\xf6nig.jpg")
    done = RedactedCopies(tmp_path, ())(result(Path("in", name), reading()), noise())
    assert done.unwritten == ""
    assert os.listdir(tmp_path) == [name]


@pytest.mark.parametrize("kind", [AnnotatedCopies, RedactedCopies])
def test_copies_carry_no_metadata(tmp_path, kind):
    exif = PIL.Image.Exif()
    exif[0x0110] = "camera of a known owner"
    exif.get_ifd(0x8825)[2] = (50.0, 7.0, 30.0)  # GPS latitude
    photo = tmp_path / "in" / "car.jpg"
    photo.parent.mkdir()
    PIL.Image.fromarray(noise()).save(photo, exif=exif)
    assert b"known owner" in photo.read_bytes()
    kind(tmp_path / "out", (photo.parent,))(result(photo, reading()), images.load(photo))
    copy = tmp_path / "out" / "car.jpg"
    with PIL.Image.open(copy) as written:
        assert not written.getexif()
        assert written.size == (300, 200)
    assert b"known owner" not in copy.read_bytes()


def test_what_may_be_a_plate_is_redacted_though_it_was_not_read(tmp_path):
    reader, image = PlateReader(), images.load(SAMPLE)
    RedactedCopies(tmp_path / "out", (SAMPLES,))(result(SAMPLE), image)
    assert not reader.read(images.load(tmp_path / "out" / "group1" / "003.jpg"))


def test_a_redacted_copy_cannot_be_read(tmp_path):
    reader, image = PlateReader(), images.load(SAMPLE)
    readings = reader.read(image)
    assert readings
    done = RedactedCopies(tmp_path / "out", (SAMPLES,))(result(SAMPLE, *readings), image)
    assert done.unwritten == ""
    assert not reader.read(images.load(tmp_path / "out" / "group1" / "003.jpg"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_written_is_said_and_loses_nothing(tmp_path, kind):
    copies = kind(tmp_path / "out", ())
    (tmp_path / "out").rmdir()
    (tmp_path / "out").touch()  # a file where the folder was
    done = result(Path("car.jpg"), reading())
    told = copies(done, noise())
    assert "car" in told.unwritten
    assert "cannot be written" in told.unwritten
    assert (told.readings, told.status, told.reason) == (done.readings, Status.READ, "")


def test_several_failures_are_all_told(tmp_path):
    copies = AnnotatedCopies(tmp_path / "out", ())
    (tmp_path / "out" / "car.jpg").mkdir()
    done = replace(result(Path("car.jpg"), reading()), unwritten="crops: disk full")
    told = copies(done, noise()).unwritten
    assert told.startswith("crops: disk full; ")
    assert "Is a directory" in told


def test_a_picture_too_large_for_its_format_is_said_in_one_line(tmp_path):
    copies = AnnotatedCopies(tmp_path / "out", ())
    told = copies(result(Path("car.jpg")), np.zeros((1, 70_000, 3), np.uint8))
    assert "car.jpg" in told.unwritten
    assert "\n" not in told.unwritten
    assert not files(tmp_path / "out")


def test_nothing_is_written_where_redacting_fails(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise cv2.error("out of\nmemory")

    monkeypatch.setattr("anpr.output.copies.redact", fail)
    told = RedactedCopies(tmp_path / "out", ())(result(Path("car.jpg"), reading()), noise())
    assert told.unwritten == "out of memory"
    assert not files(tmp_path / "out")


def test_a_full_disk_leaves_the_copy_of_before_and_nothing_else(tmp_path, monkeypatch):
    def full(path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    copies = RedactedCopies(tmp_path, ())
    done = result(Path("in/car.jpg"), reading())
    copies(done, noise())
    before = (tmp_path / "car.jpg").read_bytes()
    monkeypatch.setattr(Path, "write_bytes", full)
    assert "free some space" in copies(done, noise()).unwritten
    assert (tmp_path / "car.jpg").read_bytes() == before
    assert os.listdir(tmp_path) == ["car.jpg"]


def test_a_photo_is_never_overwritten_even_where_a_link_leads_to_its_folder(photo_file, tmp_path):
    before = photo_file.read_bytes()
    copies = RedactedCopies(tmp_path / "out", (tmp_path / "in",))
    (tmp_path / "out" / "a").symlink_to(photo_file.parent)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").symlink_to(photo_file.parent)
    told = copies(result(tmp_path / "in" / "a" / "car.jpg", reading()), noise())
    assert "is the photo itself; name another folder" in told.unwritten
    assert photo_file.read_bytes() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_read_from_is_refused(tmp_path, kind):
    with pytest.raises(OutputError, match="photos are read from"):
        kind(tmp_path, (tmp_path,))
