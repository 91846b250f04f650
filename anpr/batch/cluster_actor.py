"""An actor of a Ray cluster: reads the photos of its shards, one shard after the other.

It reads them in a worker process, as on one machine: a photo that crashes its decoder, or takes too
long, fails alone, and the actor goes on.
"""

import io
import pickle
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from anpr.batch.pool import read_in_workers
from anpr.batch.serial import Results
from anpr.batch.worker import OpenBatch
from anpr.output.tables.parquet import write_rows_to
from anpr.output.tables.schema import Row, to_rows
from anpr.output.tables.shards import KnownPhoto
from anpr.types import Candidate, FileResult, Name, Reading

NO_GEOMETRY = Candidate(np.empty((0, 1, 2), np.int32))
"""Stands in for the corners of a plate, which the rows of the shard hold already."""


class ShardReader:
    """Reads shards. Ray makes one reader for each core; each loads the networks once."""

    def __init__(self, open_batch: OpenBatch, timeout_s: float) -> None:
        """Prepares a worker process, which starts with the first photo.

        Args:
            open_batch: Builds what reads photos; picklable.
            timeout_s: Time limit for a photo.
        """
        self._upcoming: deque[Name] = deque()
        # A pool of one worker takes a photo only for the next result, so `_feed` never runs out.
        self._results: Results = read_in_workers(self._feed(), open_batch, 1, timeout_s)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Reads shards.

        Args:
            batch: Columns `number` and `photos`; `photos` holds pickled lists of names and
                `KnownPhoto`.

        Returns:
            Columns `number`, `table` (Parquet files) and `results` (pickled lists of results,
            reduced by `without_geometry`).
        """
        read = [self._read(pickle.loads(photos)) for photos in batch["photos"]]
        return {
            "number": [int(number) for number in batch["number"]],
            "table": [table for table, _ in read],
            "results": [results for _, results in read],
        }

    def _read(self, photos: Sequence[Name | KnownPhoto]) -> tuple[bytes, bytes]:
        rows: list[Row] = []
        results: list[FileResult] = []
        for photo in photos:
            if isinstance(photo, KnownPhoto):
                result, photo_rows = photo
            else:
                self._upcoming.append(photo)
                result = next(self._results)
                photo_rows = to_rows(result)
            rows.extend(photo_rows)
            results.append(without_geometry(result))
        table = io.BytesIO()
        write_rows_to(rows, table)
        return table.getvalue(), pickle.dumps(results)

    def _feed(self) -> Iterator[Name]:
        while True:
            yield self._upcoming.popleft()


def without_geometry(result: FileResult) -> FileResult:
    """Reduces a result to what the command prints and counts: statuses, texts and reasons."""
    readings = tuple(
        Reading(reading.text, NO_GEOMETRY, status=reading.status) for reading in result.readings
    )
    return FileResult(
        result.path, result.status, readings, result.reason, result.timings, result.unwritten
    )
