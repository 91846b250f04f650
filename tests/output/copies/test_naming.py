"""Output paths of the files made from a photo."""

import os
from pathlib import Path

import pytest

from anpr.errors import OutputError
from anpr.output.copies.naming import copy_path, crop_path, output_path, prepare_folder


def test_the_path_below_the_one_input_is_kept():
    roots = (Path("photos"),)
    assert output_path(Path("photos/a/1.jpg"), Path("out"), roots) == Path("out/a/1.jpg")
    assert output_path(Path("photos/b/1.jpg"), Path("out"), roots) == Path("out/b/1.jpg")


def test_a_file_given_directly_is_just_its_name():
    assert output_path(Path("x/1.jpg"), Path("out"), (Path("x/1.jpg"),)) == Path("out/1.jpg")


def test_several_inputs_have_a_folder_each():
    roots = (Path("x/a"), Path("y/b"), Path("gate.jpg"))
    photos = [Path("x/a/1.jpg"), Path("y/b/c/1.jpg"), Path("gate.jpg")]
    paths = [output_path(photo, Path("out"), roots).as_posix() for photo in photos]
    assert paths == ["out/a/1.jpg", "out/b/c/1.jpg", "out/gate.jpg"]


@pytest.mark.parametrize("names", [("x/yard", "y/yard"), ("x/Yard", "y/yard"), (".", "..")])
def test_inputs_of_the_same_name_have_different_folders(names):
    roots = tuple(map(Path, names))
    first, second = (output_path(root / "1.jpg", Path("out"), roots) for root in roots)
    assert first.parent.name.casefold() != second.parent.name.casefold()
    assert first.parent.parent == second.parent.parent == Path("out")
    assert output_path(roots[0] / "1.jpg", Path("out"), roots) == first


def test_files_of_the_same_name_have_different_paths():
    roots = (Path("x/car.jpg"), Path("y/car.jpg"))
    first, second = (output_path(root, Path("out"), roots) for root in roots)
    assert first != second
    assert first.suffix == second.suffix == ".jpg"


def test_the_working_folder_and_its_parent_never_lead_out_of_the_folder():
    for root in (Path(), Path("..")):
        assert output_path(root / "a" / "1.jpg", Path("out"), (root,)) == Path("out/a/1.jpg")


def test_no_two_photos_of_a_folder_share_a_copy_or_a_crop():
    endings = (
        ".jpg",
        ".JPG",
        ".jpeg",
        ".png",
        ".webp",
        ".webp.png",
        "",
        ".bmp",
        ".jpg.png",
        ".b.c",
    )
    photos = [Path(f"out/car{ending}") for ending in endings]
    assert len({copy_path(photo) for photo in photos}) == len(photos)
    crops = {crop_path(photo, number, "AB12") for photo in photos for number in (1, 2)}
    assert len(crops) == 2 * len(photos)


@pytest.mark.parametrize(
    ("photo", "copy", "crop"),
    [
        ("car7.jpg", "car7.jpg", "car7-1-MH20EE7601.png"),
        ("car7.JPG", "car7.JPG", "car7.JPG-1-MH20EE7601.png"),
        ("car7.png", "car7.png", "car7.png-1-MH20EE7601.png"),
        ("car7.webp", "car7.webp.png", "car7.webp-1-MH20EE7601.png"),
    ],
)
def test_copies_and_crops_are_named_after_the_photo(photo, copy, crop):
    assert copy_path(Path("out", photo)) == Path("out", copy)
    assert crop_path(Path("out", photo), 1, "MH20EE7601") == Path("out", crop)


@pytest.mark.parametrize("text", ["../../AB12", "AB 12\n", "粤AB12"])
def test_no_text_leads_out_of_the_folder(text):
    assert crop_path(Path("out/car.jpg"), 2, text) == Path("out/car-2-AB12.png")


@pytest.mark.parametrize("folder", [".", "below", "../photos", "link"])
def test_a_folder_that_photos_are_read_from_is_refused(photo_file, folder):
    source = photo_file.parent
    (source / "link").symlink_to(source)
    before = sorted(os.listdir(source))
    with pytest.raises(OutputError, match=r"photos are read from .* name a folder elsewhere"):
        prepare_folder(source / folder, [source])
    assert sorted(os.listdir(source)) == before


def test_the_folder_of_a_file_given_directly_is_refused(photo_file):
    with pytest.raises(OutputError, match="photos are read from"):
        prepare_folder(photo_file.parent, [photo_file])


def test_a_folder_that_cannot_be_made_is_refused_at_once(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file.*: cannot be written: .* name another path"):
        prepare_folder(tmp_path / "file" / "crops", [])


@pytest.mark.parametrize("letter", ["x", "ö", "\udcff"])
@pytest.mark.parametrize("ending", [".jpg", ".webp"])
def test_a_name_of_maximum_length_leaves_room_for_what_is_added(letter, ending):
    room = (255 - len(ending)) // len(os.fsencode(letter)) - 1
    twins = [Path("d") / f"{letter * room}{last}{ending}" for last in "ab"]
    names = [crop_path(photo, 1, "MH12DE1433").name for photo in twins]
    names += [copy_path(photo).name for photo in twins]
    assert max(len(os.fsencode(name)) for name in names) <= 255
    assert len(set(names)) == len(names)
    assert all(name.startswith(letter * 50) for name in names)
