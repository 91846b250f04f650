"""Columns and rows of every table."""

import json
import re
from dataclasses import replace

from anpr.models import weights
from anpr.output.tables import schema
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LISTS, to_rows
from anpr.types import FileResult, Stamp, Status
from tests.output.tables.examples import READING, RESULTS


def test_every_row_has_all_columns_in_order():
    for result in RESULTS:
        assert all(tuple(row) == COLUMNS for row in to_rows(result))


def test_the_columns_are_those_that_users_know():
    corners = [f"{axis}{number}" for number in (1, 2, 3, 4) for axis in "xy"]
    assert list(COLUMNS) == [
        *("path", "status", "text", "confidence", "alternatives", "character_confidences"),
        *("as_read", "why", "region", "region_probability", "lines", *corners),
        *("box_x", "box_y", "box_width", "box_height", "score"),
        *("reason", "decode_ms", "read_ms", "schema", "software", "model"),
        *("plates", "file_size", "file_mtime_ns", "options"),
    ]


def test_every_column_is_explained_in_order():
    first_words = re.findall(r"^([a-z][\w, .]*?)  +\S", schema.__doc__, re.MULTILINE)
    explained = ", ".join(first_words).replace(" ... ", ", ").split(", ")
    assert explained == [name for name in COLUMNS if name in explained]
    assert set(COLUMNS) - set(explained) == {"x2", "y2", "x3", "y3", "box_y", "box_width"}


def test_a_plate_is_a_row_and_so_is_a_photo_without_one():
    assert [len(to_rows(result)) for result in RESULTS] == [2, 1, 1]
    assert [to_rows(result)[0]["plates"] for result in RESULTS] == [2, 0, 0]


def test_a_reading_as_a_dictionary_is_its_part_of_a_row():
    (row,) = to_rows(FileResult("a.jpg", Status.CHECK, (READING,)))
    values = READING.to_dict()
    assert tuple(values) == schema.PLATE_COLUMNS
    assert json.loads(json.dumps(values)) == values
    unrounded = {*DECIMALS, *LISTS}
    assert {name: row[name] for name in values if name not in unrounded} == {
        name: value for name, value in values.items() if name not in unrounded
    }


def test_corners_and_box_are_in_their_columns():
    (row,) = to_rows(FileResult("a.jpg", Status.CHECK, (READING,)))
    corners = [row[f"{axis}{number}"] for number in (1, 2, 3, 4) for axis in "xy"]
    assert corners == [10.0, 20.1, 110.0, 20.0, 110.0, 45.0, 10.0, 45.0]
    box = [row[f"box_{side}"] for side in ("x", "y", "width", "height")]
    assert box == [10, 20, 101, 26]


def test_numbers_are_rounded():
    row = to_rows(RESULTS[0])[0]
    names = ("confidence", "region_probability", "score", "x1", "y1", "decode_ms", "read_ms")
    assert [row[name] for name in names] == [0.9123, 0.8765, 0.9877, 10.0, 20.1, 1.23, 5.68]
    assert row["alternatives"] == [["A812", 0.1235], ["AB1Z", 0.045]]
    assert row["character_confidences"] == [1.0] * 4


def test_fields_that_do_not_apply_are_empty():
    (row,) = to_rows(RESULTS[1])
    filled = {name for name, value in row.items() if value not in (None, "", [])}
    versions = {"schema", "software", "model"}
    assert filled == {"path", "status", "decode_ms", "read_ms", "plates", *versions}
    assert [row[name] for name in LISTS] == [[], []]


def test_a_row_names_the_program_and_the_weights(monkeypatch):
    monkeypatch.setattr(weights, "version", lambda: "these")
    monkeypatch.setattr(schema, "__version__", "1.2.3")
    row = to_rows(RESULTS[1])[0]
    assert (row["schema"], row["software"], row["model"]) == (2, "anpr 1.2.3", "these")


def test_a_row_has_the_file_and_the_options():
    stamp = Stamp(123, 1_700_000_000_000_000_000)
    result = replace(RESULTS[1], stamp=stamp, options="--region in --one")
    (row,) = to_rows(result)
    assert (row["file_size"], row["file_mtime_ns"]) == stamp
    assert row["options"] == "--region in --one"


def test_what_could_not_be_written_is_the_reason_if_nothing_failed():
    assert to_rows(replace(RESULTS[1], unwritten="disk full"))[0]["reason"] == "disk full"
    assert to_rows(replace(RESULTS[2], unwritten="disk full"))[0]["reason"] == RESULTS[2].reason


def test_values_have_the_types_of_their_columns():
    row = to_rows(replace(RESULTS[0], stamp=Stamp(1, 2)))[0]
    for name, value in row.items():
        kind = list if name in LISTS else int if name in INTEGERS else str
        assert type(value) is (float if name in DECIMALS else kind), name
