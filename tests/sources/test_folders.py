"""Which files are photos, and in which order they come."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from anpr.sources import folders
from anpr.sources.folders import find_photos, is_hidden, is_photo, walk

Problems = list[tuple[object, str]]


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def find(folder: Path, inputs: Iterable[Path]) -> tuple[list[str], Problems]:
    """The photos of inputs, by their path below a folder, and the problems."""
    problems: Problems = []
    found = find_photos(inputs, lambda name, reason: problems.append((name, reason)))
    return [Path(path).relative_to(folder).as_posix() for path in found], problems


def test_inputs_come_in_the_order_given_and_folders_sorted(tmp_path):
    touch(tmp_path, "b/2.jpg", "b/10.png", "b/a/x.JPEG", "a.jpg", "b/notes.txt", "b/.x.jpg")
    found = find(tmp_path, [tmp_path / "b", tmp_path / "a.jpg", tmp_path / "b" / "2.jpg"])
    assert found == (["b/10.png", "b/2.jpg", "b/a/x.JPEG", "a.jpg", "b/2.jpg"], [])


def test_hidden_files_and_folders_are_skipped(tmp_path):
    touch(tmp_path, "._car.jpg", ".cache/car.jpg", "car.jpg")
    assert find(tmp_path, [tmp_path]) == (["car.jpg"], [])


def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path):
    touch(tmp_path, "notes.txt", ".hidden")
    found = find(tmp_path, [tmp_path / "notes.txt", tmp_path / ".hidden"])
    assert found == (["notes.txt", ".hidden"], [])


def test_a_missing_input_is_a_problem_and_stops_nothing(tmp_path):
    touch(tmp_path, "a.jpg")
    gone = tmp_path / "gone"
    assert find(tmp_path, [gone, tmp_path]) == (["a.jpg"], [(gone, "no such file or folder")])


def test_a_dangling_link_is_left_to_the_reader(tmp_path):
    (tmp_path / "a.jpg").symlink_to("gone.jpg")
    assert find(tmp_path, [tmp_path / "a.jpg"]) == (["a.jpg"], [])
    assert find(tmp_path, [tmp_path]) == (["a.jpg"], [])


def test_a_folder_without_photos_is_a_warning(tmp_path, caplog):
    touch(tmp_path, "notes.txt")
    assert find(tmp_path, [tmp_path]) == ([], [])
    assert f"{tmp_path}: no photos in it (*.bmp *.gif" in caplog.text


def test_links_to_folders_are_followed(tmp_path):
    touch(tmp_path, "elsewhere/car.jpg")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path / "elsewhere")
    assert find(tmp_path, [tmp_path / "in"]) == (["in/link/car.jpg"], [])


def test_a_link_to_a_folder_that_contains_it_is_not_followed(tmp_path, caplog):
    touch(tmp_path, "a/car.jpg")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert find(tmp_path, [tmp_path]) == (["a/car.jpg"], [])
    assert f"{tmp_path / 'a' / 'loop'}: a link to a folder that contains it" in caplog.text


def test_a_folder_that_cannot_be_listed_is_a_problem_and_stops_nothing(tmp_path, monkeypatch):
    touch(tmp_path, "a/1.jpg", "b/2.jpg")
    listdir = os.listdir

    def refuse(folder: bytes) -> list[bytes]:
        if folder.endswith(b"/a"):
            raise PermissionError(13, "Permission denied")
        return listdir(folder)

    monkeypatch.setattr(folders.os, "listdir", refuse)
    problem = (tmp_path / "a", "cannot list the folder: Permission denied")
    assert find(tmp_path, [tmp_path]) == (["b/2.jpg"], [problem])


def test_photos_come_while_the_folders_are_still_searched(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/2.jpg")
    photos = walk(tmp_path, lambda *problem: pytest.fail(str(problem)))
    assert next(photos).name == "1.jpg"
    touch(tmp_path, "b/1.jpg")
    assert [path.name for path in photos] == ["1.jpg", "2.jpg"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.jpg", True), ("a.JPEG", True), ("a.tif", True), ("a.txt", False), ("jpg", False)],
)
def test_the_suffix_makes_a_photo(name, expected):
    assert is_photo(Path("folder") / name) is expected


@pytest.mark.parametrize(("name", "expected"), [("._a.jpg", True), (".a", True), ("a.b", False)])
def test_names_that_begin_with_a_dot_are_hidden(name, expected):
    assert is_hidden(name) is expected
