import os
from pathlib import Path

import pytest

from anpr.errors import OutputError
from anpr.output.copies.naming import copy_path, crop_path, place, prepare_folder


def test_the_path_below_the_one_input_is_kept():
    roots = (Path("photos"),)
    assert place(Path("photos/a/1.jpg"), Path("out"), roots) == Path("out/a/1.jpg")
    assert place(Path("photos/b/1.jpg"), Path("out"), roots) == Path("out/b/1.jpg")


def test_a_file_given_directly_is_just_its_name():
    assert place(Path("x/1.jpg"), Path("out"), (Path("x/1.jpg"),)) == Path("out/1.jpg")


def test_several_inputs_have_a_folder_each():
    roots = (Path("x/a"), Path("y/b"), Path("gate.jpg"))
    photos = [Path("x/a/1.jpg"), Path("y/b/c/1.jpg"), Path("gate.jpg")]
    placed = [place(photo, Path("out"), roots).as_posix() for photo in photos]
    assert placed == ["out/a/1.jpg", "out/b/c/1.jpg", "out/gate.jpg"]


@pytest.mark.parametrize("names", [("x/yard", "y/yard"), ("x/Yard", "y/yard"), (".", "..")])
def test_inputs_of_one_name_are_told_apart(names):
    roots = tuple(map(Path, names))
    first, second = (place(root / "1.jpg", Path("out"), roots) for root in roots)
    assert first.parent.name.casefold() != second.parent.name.casefold()
    assert first.parent.parent == second.parent.parent == Path("out")
    assert place(roots[0] / "1.jpg", Path("out"), roots) == first


def test_files_of_one_name_are_told_apart():
    roots = (Path("x/car.jpg"), Path("y/car.jpg"))
    first, second = (place(root, Path("out"), roots) for root in roots)
    assert first != second
    assert first.suffix == second.suffix == ".jpg"


def test_the_working_folder_and_its_parent_never_lead_out_of_the_folder():
    for root in (Path(), Path("..")):
        assert place(root / "a" / "1.jpg", Path("out"), (root,)) == Path("out/a/1.jpg")


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
def test_a_folder_that_is_read_from_is_refused(photo_file, folder):
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
    with pytest.raises(OutputError, match=r"file.*: cannot be written: .* name another place"):
        prepare_folder(tmp_path / "file" / "crops", [])


@pytest.mark.parametrize("letter", ["x", "ö", "\udcff"])
@pytest.mark.parametrize("ending", [".jpg", ".webp"])
def test_a_name_as_long_as_can_be_leaves_room_for_what_is_added(letter, ending):
    room = (255 - len(ending)) // len(os.fsencode(letter)) - 1
    twins = [Path("d") / f"{letter * room}{last}{ending}" for last in "ab"]
    made = [crop_path(photo, 1, "MH12DE1433").name for photo in twins]
    made += [copy_path(photo).name for photo in twins]
    assert max(len(os.fsencode(name)) for name in made) <= 255
    assert len(set(made)) == len(made)
    assert all(name.startswith(letter * 50) for name in made)
