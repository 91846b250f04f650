"""A table in shards, written by the numbers that its photos have in the inputs."""

import io
from pathlib import Path

import pytest

from anpr.errors import OutputError, ResumeError
from anpr.output.tables.schema import to_rows
from anpr.output.tables.shards import KnownPhoto, ShardFolder
from anpr.types import FileResult, Status, stamp_of
from tests.output.tables.examples import READING

pytest.importorskip("pyarrow", reason="pyarrow is not installed")
from anpr.output.tables.parquet import write_rows_to


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    photos = [tmp_path / f"{name}.jpg" for name in "abc"]
    for path in photos:
        path.write_text("a photo")
    return photos


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "plates"


def shard(*photos: Path, options: str = "") -> bytes:
    """Returns the Parquet file of photos with one plate each."""
    results = [
        FileResult(path, Status.CHECK, (READING,), stamp=stamp_of(path), options=options)
        for path in photos
    ]
    file = io.BytesIO()
    write_rows_to([row for result in results for row in to_rows(result)], file)
    return file.getvalue()


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_shard_is_named_by_its_number(folder, photos):
    shards = ShardFolder(folder, is_resumed=False)
    shards.write(7, shard(*photos))
    assert names_in(folder) == ["part-00000007.parquet"]
    assert (folder / "part-00000007.parquet").read_bytes() == shard(*photos)


def test_a_folder_that_was_removed_meanwhile_is_created_again(folder, photos):
    shards = ShardFolder(folder, is_resumed=False)
    folder.rmdir()
    shards.write(0, shard(*photos))
    assert names_in(folder) == ["part-00000000.parquet"]


def test_a_shard_that_was_read_twice_is_written_once(folder, photos):
    shards = ShardFolder(folder, is_resumed=False)
    for _ in range(2):
        shards.write(0, shard(*photos))
    assert names_in(folder) == ["part-00000000.parquet"]


def test_photos_of_a_previous_run_are_found(folder, photos):
    ShardFolder(folder, is_resumed=False).write(0, shard(*photos[:2]))
    known, other, new = ShardFolder(folder, is_resumed=True).find(
        0, [photos[1], photos[0], photos[2]]
    )
    assert isinstance(known, KnownPhoto)
    assert known.result.path == photos[1]
    assert known.rows == to_rows(known.result)
    assert other.result.path == photos[0]
    assert new == photos[2]


def test_a_photo_that_has_changed_is_read_again(folder, photos):
    ShardFolder(folder, is_resumed=False).write(0, shard(*photos))
    photos[1].write_text("longer than it was")
    found = ShardFolder(folder, is_resumed=True).find(0, photos)
    assert [isinstance(item, KnownPhoto) for item in found] == [True, False, True]


def test_without_its_file_a_shard_is_read_whole(folder, photos):
    assert ShardFolder(folder, is_resumed=True).find(3, photos) == photos


def test_shards_of_a_previous_run_are_not_overwritten(folder, photos):
    ShardFolder(folder, is_resumed=False).write(0, shard(*photos))
    with pytest.raises(OutputError, match=r"holds shards of a previous run \(part-00000000"):
        ShardFolder(folder, is_resumed=False)


def test_a_file_in_place_of_the_folder_is_an_error(folder):
    folder.touch()
    with pytest.raises(OutputError, match="is a file; --cluster takes a folder"):
        ShardFolder(folder, is_resumed=True)


def test_shards_beyond_the_last_are_removed(folder, photos):
    shards = ShardFolder(folder, is_resumed=False)
    for number in range(4):
        shards.write(number, shard(*photos))
    (folder / "notes.txt").touch()
    shards.finish(2)
    assert names_in(folder) == ["notes.txt", "part-00000000.parquet", "part-00000001.parquet"]


def test_another_file_under_a_shards_name_is_an_error(folder, photos):
    shards = ShardFolder(folder, is_resumed=True)
    (folder / "part-00000000.parquet").write_text("months of work")
    with pytest.raises(OutputError, match="no Parquet file, expected a table"):
        shards.find(0, photos)


def test_other_options_are_refused(folder, photos):
    ShardFolder(folder, is_resumed=False).write(0, shard(*photos, options="--region in"))
    same = ShardFolder(folder, True, "--region in").find(0, photos)
    assert all(isinstance(item, KnownPhoto) for item in same)
    message = r"0\.parquet: .*a\.jpg was read with --region in, this run has --one .*3 of 3"
    with pytest.raises(ResumeError, match=message):
        ShardFolder(folder, True, "--one").find(0, photos)


def test_a_shard_that_cannot_be_written_is_an_error_that_names_it(folder, photos):
    shards = ShardFolder(folder, is_resumed=False)
    (folder / "part-00000000.parquet").mkdir()
    with pytest.raises(OutputError, match=r"part-00000000\.parquet: cannot be written: .* kept"):
        shards.write(0, shard(*photos))
    assert names_in(folder) == ["part-00000000.parquet"]
