"""An actor as Ray calls it, but in this process."""

import pickle
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from anpr._version import install_hint
from anpr.batch.cluster_actor import ShardReader, without_geometry
from anpr.batch.serial import ReadBatch
from anpr.output.tables.parquet import read_rows
from anpr.output.tables.schema import to_rows
from anpr.output.tables.shards import KnownPhoto
from anpr.types import FileResult, Name, Status
from tests.builders import reading, result

pytest.importorskip("pyarrow", reason=f"pyarrow is missing; {install_hint('parquet')}")

TIMEOUT_S = 60.0


def open_stem_reader() -> ReadBatch:
    return read_stems


def read_stems(names: Iterable[Name]) -> Iterator[FileResult]:
    """Reads the stem of a photo's name."""
    for name in names:
        yield result(name, reading(Path(name).stem.upper()))


@pytest.fixture
def actor() -> Iterator[ShardReader]:
    actor = ShardReader(open_stem_reader, TIMEOUT_S)
    with closing(actor._results):  # ends its process, as Ray does with the actor
        yield actor


def texts(pickled: bytes) -> list[str]:
    return [result.readings[0].text for result in pickle.loads(pickled)]


def test_shards_become_tables_and_results(actor, tmp_path):
    known_result = result("known.jpg", reading("KNOWN"))
    known = KnownPhoto(known_result, to_rows(known_result))
    shards = [[Path("a.jpg"), known, Path("b.jpg")], [Path("c.jpg")]]
    answer = actor({"number": [4, 7], "photos": [pickle.dumps(photos) for photos in shards]})
    assert answer["number"] == [4, 7]
    assert [texts(results) for results in answer["results"]] == [["A", "KNOWN", "B"], ["C"]]
    table = tmp_path / "shard.parquet"
    table.write_bytes(answer["table"][0])
    rows = list(read_rows(table))
    assert [row["text"] for row in rows] == ["A", "KNOWN", "B"]
    assert [row["x1"] for row in rows] == [pytest.approx(100)] * 3


def test_an_actor_takes_one_batch_after_the_other(actor):
    for name in ("a", "b"):
        answer = actor({"number": [0], "photos": [pickle.dumps([Path(f"{name}.jpg")])]})
        assert texts(answer["results"][0]) == [name.upper()]


def test_a_result_without_geometry_keeps_what_is_printed_and_counted():
    complete = result("a.jpg", reading("AB12", 0.5), unwritten="no room")
    small = without_geometry(complete)
    assert (small.path, small.status, small.unwritten) == (Path("a.jpg"), Status.CHECK, "no room")
    assert [(reading.text, reading.status) for reading in small.readings] == [
        ("AB12", Status.CHECK)
    ]
    assert small.readings[0].crop is None
    assert small.readings[0].candidate.contour.size == 0
    failed = without_geometry(result("b.jpg", reason="cannot decode"))
    assert (failed.status, failed.reason) == (Status.FAILED, "cannot decode")
