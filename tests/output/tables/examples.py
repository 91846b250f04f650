"""Results, and tables of them, that several tests of this folder write and read."""

import csv
import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from anpr.output.tables.open import open_table
from anpr.types import (
    Alternative,
    Candidate,
    Character,
    FileResult,
    Reading,
    Status,
    Timings,
    Why,
)
from tests.builders import UNDECODABLE_NAME

CORNERS = np.array([[10.04, 20.06], [110, 20], [110, 45], [10, 45]], np.float32)
READING = Reading(
    "AB12",
    Candidate.with_corners(CORNERS, 0.987654),
    confidence=0.912345,
    characters=tuple(Character(value, 0.99999) for value in "AB12"),
    alternatives=(Alternative("A812", 0.12345), Alternative("AB1Z", 0.045)),
    status=Status.CHECK,
    why=Why("rival", "A812: is nearly as likely"),
    region="in",
    region_probability=0.876543,
)
RESULTS = [
    FileResult(Path("a.jpg"), Status.CHECK, (READING, READING), timings=Timings(1.234, 5.678)),
    FileResult(Path("empty, really.jpg"), Status.NO_PLATE),
    FileResult(Path(UNDECODABLE_NAME), Status.FAILED, reason=f"{UNDECODABLE_NAME}: cannot\ndecode"),
]
PATHS = ["a.jpg", "a.jpg", "empty, really.jpg", UNDECODABLE_NAME]
"""The paths in the rows of `RESULTS`."""

needs_pyarrow = pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
PARQUET = pytest.param("parquet", marks=needs_pyarrow)
KINDS = ("csv", "jsonl", PARQUET)
"""The formats of tables, as parameters of a test."""


def write(path: Path, kind: str | None = None) -> None:
    with open_table(path, kind) as table:
        for result in RESULTS:
            table.write(result)


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(csv.DictReader(file))


def read_json(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]
