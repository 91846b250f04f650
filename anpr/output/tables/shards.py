"""A table in shards: a folder of Parquet files, each complete or absent.

A shard holds consecutive photos of the inputs and is named by its number. If its photos are read
twice, because a node has died, the same file is written again, and no photo is in two shards.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from anpr.errors import OutputError
from anpr.output.atomic import as_output_error, replacing
from anpr.output.tables.parquet import read_rows
from anpr.output.tables.previous_run import restored, with_same_options
from anpr.output.tables.read_back import StoredRow, complete_photos
from anpr.output.tables.schema import Row
from anpr.types import FileResult, Name

SHARD_NAME = "part-{:08d}.parquet"
SHARD_PATTERN = "part-*.parquet"


class KnownPhoto(NamedTuple):
    """A photo that a previous run read."""

    result: FileResult
    rows: list[Row]


class ShardFolder:
    """The folder of a run's shards."""

    def __init__(self, folder: Path, is_resumed: bool, options: str = "") -> None:
        """Creates the folder if it is missing.

        Args:
            folder: The folder.
            is_resumed: Whether the run may continue from existing shards.
            options: The options that decide what this run reads; see `FileResult.options`.

        Raises:
            OutputError: The folder holds shards and the run is not resumed, or it cannot be
                created.
        """
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder}: is a file; --cluster takes a folder: name another")
        with as_output_error(folder):
            folder.mkdir(parents=True, exist_ok=True)
            first = next(folder.glob(SHARD_PATTERN), None)
        if first is not None and not is_resumed:
            raise OutputError(
                f"{folder}: holds shards of a previous run ({first.name}); "
                "continue it with --resume, name another folder, or remove it"
            )
        self._folder = folder
        self._options = options

    def find(self, number: int, names: Sequence[Name]) -> list[Name | KnownPhoto]:
        """Finds the photos of a shard that a previous run read.

        Args:
            number: Number of the shard.
            names: Names of its photos in this run.

        Returns:
            One item for each photo: its previous result, or its name if it must be read.

        Raises:
            ResumeError: Photos of the shard were read with other options.
            OutputError: The shard's file is not a shard, or cannot be read.
        """
        path = self._path(number)
        if not path.exists():
            return list(names)
        with as_output_error(path):
            photos = complete_photos(map(StoredRow, read_rows(path)))
            rows = {
                _key(photo.rows[0]["path"]): photo.rows
                for photo in with_same_options(path, photos, self._options)
            }
        return [_known_or_new(name, rows.get(_key(str(name)))) for name in names]

    def write(self, number: int, table: bytes) -> None:
        """Writes a shard, atomically.

        Args:
            number: Number of the shard.
            table: Its Parquet file.

        Raises:
            OutputError: It cannot be written; earlier shards are kept.
        """
        path = self._path(number)
        with as_output_error(path, "; the shards before it are kept"):
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(path) as unfinished:
                unfinished.write_bytes(table)

    def finish(self, count: int) -> None:
        """Removes the shards from number `count` on: a previous run had more photos."""
        for path in self._from(count):
            with as_output_error(path):
                path.unlink()

    def _from(self, number: int) -> Iterable[Path]:
        first = self._path(number)
        return (path for path in sorted(self._folder.glob(SHARD_PATTERN)) if path >= first)

    def _path(self, number: int) -> Path:
        return self._folder / SHARD_NAME.format(number)


def _known_or_new(name: Name, rows: list[Row] | None) -> Name | KnownPhoto:
    result = restored(name, rows) if rows else None
    return name if result is None or rows is None else KnownPhoto(result, rows)


def _key(path: str) -> str:
    """Returns a path as Parquet stores it: as valid UTF-8."""
    return path.encode("utf-8", "backslashreplace").decode()
