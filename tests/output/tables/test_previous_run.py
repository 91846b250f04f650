"""Results of a previous run: which are restored, and which photos must be read again."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from anpr.errors import OutputError, ResumeError
from anpr.models import weights
from anpr.output.tables.previous_run import PreviousRun, restored, with_same_options
from anpr.output.tables.read_back import StoredPhoto
from anpr.output.tables.schema import to_rows
from anpr.types import NO_STAMP, FileResult, Status, stamp_of
from tests.output.tables.examples import READING


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_text("a photo")
    return path


def result_of(path: Path, **facts: object) -> FileResult:
    result = FileResult(path, Status.CHECK, (READING, READING), stamp=stamp_of(path))
    return replace(result, **facts)


def test_a_restored_result_has_the_rows_of_the_original(photo):
    rows = to_rows(result_of(photo, options="--one"))
    result = restored(photo, rows)
    assert result.is_kept
    assert to_rows(result) == rows


def test_a_photo_that_has_changed_is_read_again(photo):
    rows = to_rows(result_of(photo))
    photo.write_text("longer than it was")
    assert restored(photo, rows) is None


def test_a_photo_that_is_gone_is_read_again(photo):
    rows = to_rows(result_of(photo))
    photo.unlink()
    assert restored(photo, rows) is None


def test_a_url_is_not_asked_whether_it_has_changed():
    url = "https://example.org/a.jpg"
    assert restored(url, to_rows(result_of(url, stamp=NO_STAMP))) is not None


@pytest.mark.parametrize(
    "facts",
    [
        {"status": Status.FAILED, "readings": (), "reason": "cannot decode"},
        {"unwritten": "no space for its copy"},
    ],
)
def test_a_failure_is_read_again(photo, facts):
    assert restored(photo, to_rows(result_of(photo, **facts))) is None


def test_other_weights_read_the_photo_again(photo, monkeypatch):
    rows = to_rows(result_of(photo))
    monkeypatch.setattr(weights, "version", lambda: "newer")
    assert restored(photo, rows) is None


@pytest.mark.parametrize("edit", [{"x1": None}, {"x1": "left"}, {"status": "MAYBE"}, {"lines": ""}])
def test_a_row_that_was_edited_to_nonsense_is_read_again(photo, edit):
    first, second = to_rows(result_of(photo))
    assert restored(photo, [first | edit, second]) is None


def test_photos_come_back_in_the_order_of_this_run(tmp_path):
    photos = [tmp_path / f"{name}.jpg" for name in "abcd"]
    rows = [to_rows(FileResult(path, Status.NO_PLATE)) for path in photos]
    run = PreviousRun()
    for photo_rows in rows:
        run.put(photo_rows)
    for number in (2, 0, 2):
        run.append_to_run(photos[number])
    assert list(run.photos_of_run()) == [rows[2], rows[0], rows[2]]
    assert list(run.other_photos()) == [rows[1], rows[3]]
    assert [run.is_in_run(path) for path in photos] == [True, False, True, False]
    run.close()


def test_new_rows_of_a_photo_replace_the_old_ones(photo):
    run = PreviousRun()
    run.put(to_rows(result_of(photo, options="old")))
    run.put(to_rows(result_of(photo, options="new")))
    assert run.find(photo).options == "new"
    assert run.find(photo.with_name("b.jpg")) is None
    run.close()


def test_a_full_temporary_folder_is_an_error_with_a_remedy(photo):
    run = PreviousRun()
    run.close()  # stands in for a database that fails
    with pytest.raises(OutputError, match=r"--resume: .* SQLITE_TMPDIR") as caught:
        run.put(to_rows(result_of(photo)))
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def stored(*options: str) -> list[StoredPhoto]:
    return [
        StoredPhoto(to_rows(FileResult(f"{number}.jpg", Status.NO_PLATE, options=text)))
        for number, text in enumerate(options)
    ]


def test_photos_read_with_the_same_options_pass(photo):
    photos = stored("--one", "--one")
    assert list(with_same_options("plates.csv", photos, "--one")) == photos
    assert list(with_same_options("plates.csv", [], "--one")) == []


def test_empty_options_are_the_same_in_every_format():
    (photo,) = stored("")
    for empty in ("", None):
        rows = [{**photo.rows[0], "options": empty}]
        assert list(with_same_options("plates.csv", [StoredPhoto(rows)], "")) == [(rows, 0)]


@pytest.mark.parametrize(
    ("before", "now", "message"),
    [
        (("", "--region in", "--one"), "", "1.jpg was read with --region in, this run has none"),
        (("", "", "--one"), "--one", "0.jpg was read with no options, this run has --one"),
    ],
)
def test_other_options_are_named_with_the_first_photo_and_a_count(before, now, message):
    with pytest.raises(ResumeError) as caught:
        list(with_same_options("plates.csv", stored(*before), now))
    assert str(caught.value) == (
        f"plates.csv: {message} (photos concerned: 2 of 3); "
        "resume with the same options, or name another file"
    )
