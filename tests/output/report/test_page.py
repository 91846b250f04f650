"""The HTML of the report, as text; `test_browser.py` opens it in a browser."""

import base64
import hashlib
import json
import os
import re

import pytest

from anpr.output.report.page import SCRIPTS, STATIC, STYLE, entry, html_safe_json
from anpr.types import Pictures, Status, Why
from tests.builders import HOSTILE_NAMES, result
from tests.output.report.examples import photo, plate, values, written


def entry_values(done) -> dict:
    return json.loads(entry(done).values)


def test_a_photo_has_a_row_for_each_plate():
    readings = plate("AB12", 0.87654321, alternatives=[("AB13", 0.123456)]), plate("CD34")
    shown = entry_values(photo("yard/a.jpg", *readings))
    first, second = shown["rows"]
    assert (first["text"], second["text"]) == ("AB12", "CD34")
    assert (first["confidence"], first["alternatives"]) == (0.8765, [["AB13", 0.1235]])


def test_a_plate_has_its_reason_to_check_and_its_region_by_name():
    why = Why("cut_off", "cut off by the edge of the photo")
    unsure = plate("AB12", 0.3, why=why, region="in", region_probability=0.98765)
    (row,) = entry_values(photo("a.jpg", unsure))["rows"]
    assert row["why"] == "cut_off: cut off by the edge of the photo"
    assert (row["region"], row["region_probability"]) == ("India", 0.9877)


@pytest.mark.parametrize("region", ["", "atlantis"])
def test_a_region_without_a_name_is_shown_as_it_is(region):
    (row,) = entry_values(photo("a.jpg", plate("AB12", region=region)))["rows"]
    assert row["region"] == region


def test_a_photo_that_failed_has_a_row_with_its_reason():
    (row,) = entry_values(photo("b.jpg", reason="truncated"))["rows"]
    assert (row["status"], row["reason"]) == ("FAILED", "truncated")


def test_readings_without_text_are_one_row_of_a_photo_without_a_plate():
    empty = plate("", None, status=Status.READ)
    (row,) = entry_values(result("a.jpg", empty, empty))["rows"]
    assert row["status"] == "NO_PLATE"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_json_has_no_number_that_is_not_finite(number):
    (row,) = entry_values(photo("a.jpg", plate("AB12", number, status=Status.CHECK)))["rows"]
    assert row["confidence"] is None
    assert row["character_confidences"] == [None] * 4


def test_pictures_are_base64():
    done = entry(result("a.jpg", pictures=Pictures(b"thumbnail", (b"plate", b""))))
    pictures = json.loads(done.pictures)
    assert base64.b64decode(pictures["thumbnail"]) == b"thumbnail"
    assert [base64.b64decode(text) for text in pictures["plates"]] == [b"plate", b""]
    assert json.loads(entry(result("a.jpg")).pictures) == {"thumbnail": "", "plates": []}


@pytest.mark.parametrize("text", [*HOSTILE_NAMES, os.fsdecode(b"caf\xe9.jpg")])
def test_any_text_survives_as_json_without_markup(text):
    safe = html_safe_json(text)
    assert json.loads(safe) == text
    assert safe.isascii()
    assert not set("<>&") & set(safe)


def test_hostile_names_stay_text(tmp_path):
    page = written(tmp_path / "r.html", *map(photo, HOSTILE_NAMES))
    assert [shown["path"] for shown in values(page)] == HOSTILE_NAMES
    text = page.read_text("utf-8")
    assert text.count("<script") == text.count("</script>")
    assert "<img src=x" not in text
    assert not {"\u2028", "\u2029"} & set(text)


def test_the_policy_allows_exactly_the_styles_and_scripts_of_the_page(tmp_path):
    page = written(tmp_path / "r.html").read_text("utf-8")
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', page)[1]
    contents = re.findall(r"<(?:style|script)>(.*?)</(?:style|script)>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in contents]
    assert re.findall(r"'sha256-(.*?)'", policy) == [text.decode() for text in hashes]
    assert len(contents) == 1 + len(SCRIPTS)
    assert "default-src 'none'" in policy


def test_every_static_file_is_part_of_the_page():
    assert {path.name for path in STATIC.iterdir()} == {STYLE, *SCRIPTS}
