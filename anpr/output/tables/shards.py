"""A table in shards: a folder of Parquet files, each whole or not there.

A shard holds the photos of one stretch of the inputs and is named by its number. So whoever reads
it twice, after a node has died, writes the same file again, and no photo is ever in two shards.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from anpr.errors import OutputError
from anpr.output.atomic import explained, replacing
from anpr.output.tables.parquet import read_rows
from anpr.output.tables.previous_run import check_options, kept
from anpr.output.tables.read_back import PlacedRow, whole_photos
from anpr.output.tables.text_tables import Row
from anpr.types import FileResult, Name

SHARD = "part-{:08d}.parquet"
SHARDS = "part-*.parquet"


class Known(NamedTuple):
    """A photo that an earlier run read."""

    result: FileResult
    rows: list[Row]


class ShardFolder:
    """The folder of a run's shards."""

    def __init__(self, folder: Path, is_resumed: bool, options: str = "") -> None:
        """Makes the folder where it is missing.

        Raises:
            OutputError: It holds shards and nobody asked to go on with them, or cannot be made.
        """
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder}: is a file; --cluster takes a folder: name another")
        with explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
            first = next(folder.glob(SHARDS), None)
        if first is not None and not is_resumed:
            raise OutputError(
                f"{folder}: holds shards of an earlier run ({first.name}); "
                "go on with it by --resume, name another folder, or remove it"
            )
        self._folder = folder
        self._options = options

    def find(self, number: int, names: Sequence[Name]) -> list[Name | Known]:
        """Finds what an earlier run read of the photos of a shard.

        Args:
            number: The shard's.
            names: Its photos now.

        Returns:
            For each photo what is known of it, or its name where it must be read.

        Raises:
            OutputError: What is there under the shard's name is no shard, or cannot be read.
        """
        path = self._path(number)
        if not path.exists():
            return list(names)
        with explained(path):
            photos = whole_photos(map(PlacedRow, read_rows(path)))
            rows = {_key(rows[0]["path"]): rows for rows, _ in photos}
        for known in rows.values():
            check_options(path, known, self._options)
        return [_known(name, rows.get(_key(str(name)))) for name in names]

    def write(self, number: int, table: bytes) -> None:
        """Puts a shard in its place; raises an `OutputError` where it cannot be written."""
        path = self._path(number)
        with explained(path, "; the shards before it stand"), replacing(path) as unfinished:
            unfinished.write_bytes(table)

    def finish(self, count: int) -> None:
        """Takes away the shards of an earlier run from a number on: it had more photos."""
        for path in self._from(count):
            with explained(path):
                path.unlink()

    def _from(self, count: int) -> Iterable[Path]:
        return (path for path in sorted(self._folder.glob(SHARDS)) if path >= self._path(count))

    def _path(self, number: int) -> Path:
        return self._folder / SHARD.format(number)


def _known(name: Name, rows: list[Row] | None) -> Name | Known:
    result = kept(name, rows) if rows else None
    return name if result is None or rows is None else Known(result, rows)


def _key(path: str) -> str:
    """A path as Parquet has it, in which all is UTF-8."""
    return path.encode("utf-8", "backslashreplace").decode()
