"""No output changes an answer: the same photo is read the same with and without each of them."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders import SAMPLES
from tests.conftest import NANONETS, command

# The first eight are read differently if their gray values are computed from the colours instead
# of taken from the JPEG's luma. That was done once if a copy or a picture was made of the photo.
NANONETS_NAMES = ("109", "114", "123", "148", "191", "257", "260", "69", "0", "98", "151", "204")
PHOTOS = [
    *sorted(SAMPLES.rglob("*.jpg")),
    *(NANONETS / "photos" / f"{n}.jpg" for n in NANONETS_NAMES),
]
REGION = ("--region", "in")


class Answer(NamedTuple):
    """One row of a table, each value as text; empty values are empty texts."""

    path: str
    text: str
    status: str
    confidence: str


class Output(NamedTuple):
    """An output of the command."""

    options: tuple[str, ...]
    """File names among them are relative to the folder that the command runs in."""
    table: str = ""
    """The file with the answers; empty if they are JSON lines on stdout."""


OUTPUTS = {
    "csv on stdout": Output(("--format", "csv")),
    "csv": Output(("--output", "plates.csv"), "plates.csv"),
    "jsonl": Output(("--output", "plates.jsonl"), "plates.jsonl"),
    "parquet": Output(("--output", "plates.parquet"), "plates.parquet"),
    "report": Output(("--format", "jsonl", "--report", "report.html")),
    "annotate": Output(("--format", "jsonl", "--annotate", "annotated")),
    "crops": Output(("--format", "jsonl", "--crops", "crops")),
    "redact": Output(("--format", "jsonl", "--redact", "redacted")),
    "debug images": Output(("--format", "jsonl", "--debug-dir", "steps")),
    "two workers": Output(("--format", "jsonl", "--workers", "2")),
    "one worker": Output(("--format", "jsonl", "--workers", "1")),
    "verbose": Output(("--format", "jsonl", "--verbose")),
}
EVERYTHING = (
    *("--output", "plates.csv", "--report", "report.html", "--annotate", "annotated"),
    *("--crops", "crops", "--redact", "redacted"),
)
IN_THIS_PROCESS = Output((*EVERYTHING, "--debug-dir", "steps"), "plates.csv")
IN_WORKERS = Output((*EVERYTHING, "--workers", "2"), "plates.csv")


def csv_rows(text: str) -> list[dict]:
    return list(csv.DictReader(io.StringIO(text)))


def json_rows(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def parquet_rows(path: Path) -> list[dict]:
    from pyarrow import parquet

    return parquet.read_table(path).to_pylist()


def answers(rows: list[dict]) -> list[Answer]:
    return [
        Answer(*("" if row[name] is None else str(row[name]) for name in Answer._fields))
        for row in rows
    ]


@pytest.fixture(scope="module")
def photos() -> list[Path]:
    """The sample photos, and some from NanoNets if they are here."""
    return [path for path in PHOTOS if path.is_file()]


@pytest.fixture(scope="module")
def read(photos, tmp_path_factory) -> Callable[[Output], list[Answer]]:
    """Runs the command with an output, in an empty folder, and returns its answers."""

    def run(output: Output) -> list[Answer]:
        folder = tmp_path_factory.mktemp("outputs")
        done = command(*photos, *output.options, *REGION, cwd=folder)
        assert done.returncode == 0, done.stderr
        path = folder / output.table
        if path.suffix == ".parquet":
            return answers(parquet_rows(path))
        text = path.read_text("utf-8") if output.table else done.stdout
        return answers(csv_rows(text) if text.startswith("path,") else json_rows(text))

    return run


@pytest.fixture(scope="module")
def expected(read) -> list[Answer]:
    """The answers of a run without any other output."""
    return read(Output(("--format", "jsonl")))


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(IN_THIS_PROCESS, id="in this process"),
        pytest.param(IN_WORKERS, id="in workers", marks=pytest.mark.slow),
    ],
)
def test_every_output_at_once_changes_no_answer(read, expected, output):
    assert read(output) == expected


@pytest.mark.slow
@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_changes_an_answer(read, expected, name):
    if name == "parquet":
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow")
    assert read(OUTPUTS[name]) == expected


def test_the_lines_on_stdout_are_the_texts_of_the_table(photos, expected):
    done = command(*photos, *REGION)
    texts = [f"[INFO] {answer.text}" for answer in expected if answer.text]
    assert done.stdout.splitlines() == texts


def test_the_photos_are_worth_comparing(photos, expected):
    """Every photo has an answer, and the difficult ones are not all READ."""
    assert {answer.path for answer in expected} == set(map(str, photos))
    assert "READ" in {answer.status for answer in expected}
    if len(photos) == len(PHOTOS):
        assert {answer.status for answer in expected} == {"READ", "CHECK"}
