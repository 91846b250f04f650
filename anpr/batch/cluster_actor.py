"""One actor of a cluster, as it is inside: reads the photos of a shard after those of another.

The photos are read in a process of its own, as workers on one machine do: a photo that a decoder
dies of, or that takes too long, fails alone, and the actor goes on.
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
from anpr.output.tables.schema import records
from anpr.output.tables.shards import Known
from anpr.output.tables.text_tables import Row
from anpr.types import Candidate, FileResult, Name, Reading

NOWHERE = Candidate(np.empty((0, 1, 2), np.int32))
"""In the place of a plate's corners, which the shard holds already."""


class ShardReader:
    """Reads shards; Ray makes one of it for each core, and the networks are loaded once in each."""

    def __init__(self, open_batch: OpenBatch, timeout_s: float) -> None:
        """Makes ready to start a process.

        Args:
            open_batch: Makes ready what reads photos; picklable.
            timeout_s: How long a photo may take.
        """
        self._upcoming: deque[Name] = deque()
        # One worker takes a photo only when its result is asked for, so the photos never run out.
        self._results: Results = read_in_workers(self._feed(), open_batch, 1, timeout_s)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Reads shards.

        Args:
            batch: Columns `number` and `photos`, the latter a pickled list of names and `Known`.

        Returns:
            Columns `number`, `table` (a Parquet file) and `results` (a pickled list, see
            `without_geometry`).
        """
        read = [self._read(pickle.loads(photos)) for photos in batch["photos"]]
        return {
            "number": [int(number) for number in batch["number"]],
            "table": [table for table, _ in read],
            "results": [results for _, results in read],
        }

    def _read(self, photos: Sequence[Name | Known]) -> tuple[bytes, bytes]:
        rows: list[Row] = []
        results: list[FileResult] = []
        for photo in photos:
            if isinstance(photo, Known):
                result, known = photo
            else:
                self._upcoming.append(photo)
                result = next(self._results)
                known = records(result)
            rows.extend(known)
            results.append(without_geometry(result))
        table = io.BytesIO()
        write_rows_to(rows, table)
        return table.getvalue(), pickle.dumps(results)

    def _feed(self) -> Iterator[Name]:
        while True:
            yield self._upcoming.popleft()


def without_geometry(result: FileResult) -> FileResult:
    """The result with what is said of it on the way: statuses, texts and reasons."""
    readings = tuple(
        Reading(reading.text, NOWHERE, status=reading.status) for reading in result.readings
    )
    return FileResult(
        result.path, result.status, readings, result.reason, result.timings, result.unwritten
    )
