"""The report's pictures and file; `test_report_page.py` leafs through it in a browser."""

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.errors import OutputError
from anpr.output.report.pictures import GREEN_BGR, ORANGE_BGR, with_pictures
from anpr.output.report.report import open_report
from anpr.types import Alternative, Character, FileResult, Reading, Status
from tests.test_stages import rectangle

HOSTILE_NAMES = [
    "<img src=x onerror=alert(1)>.jpg",
    "</script><script>alert(2)</script>.jpg",
    "<!--<script>.jpg",
    "a\u2028b\u2029&amp;'\"`${alert(3)}.jpg",
]


def plate(text: str, confidence: float | None = 0.99, **facts) -> Reading:
    """A reading with a drawn crop; to be checked where it is not sure."""
    sure = 1.0 if confidence is None else confidence
    return Reading(
        text,
        rectangle(60, 40, 100, 25),
        confidence,
        tuple(Character(value, sure) for value in text),
        status=Status.READ if sure > 0.9 else Status.CHECK,
        crop=np.full((20, 80), 200, np.uint8),
        **facts,
    )


def photo(name: str, *readings: Reading, reason: str = "") -> FileResult:
    """A result with pictures, its status as its readings have it."""
    worst = {reading.status for reading in readings}
    status = Status.CHECK if Status.CHECK in worst else Status.READ
    if not readings:
        status = Status.FAILED if reason else Status.NO_PLATE
    result = FileResult(Path(name), status, readings, reason)
    return result if reason else with_pictures(result, np.full((120, 200, 3), 90, np.uint8))


def written(path: Path, *results: FileResult) -> Path:
    with open_report(path) as report:
        for result in results:
            report.write(result)
    return path


def values(page: Path) -> list[dict]:
    texts = re.findall(r'class="values">(.*?)</script>', page.read_text("utf-8"))
    return [json.loads(text) for text in texts]


def decode(jpeg: bytes, flags: int = cv2.IMREAD_UNCHANGED) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), flags)


@pytest.mark.parametrize(
    ("size_hw", "small_hw"),
    [((1200, 1600), (240, 320)), ((90, 60), (90, 60)), ((1, 900), (1, 320))],
)
def test_thumbnails_are_small_and_never_larger_than_the_photo(size_hw, small_hw):
    result = FileResult(Path("a.jpg"), Status.NO_PLATE)
    pictures = with_pictures(result, np.full((*size_hw, 3), 90, np.uint8)).pictures
    assert decode(pictures.thumbnail).shape == (*small_hw, 3)
    assert pictures.plates == ()


@pytest.mark.parametrize(
    ("status", "color"), [(Status.READ, GREEN_BGR), (Status.CHECK, ORANGE_BGR)]
)
def test_plates_are_outlined_in_the_colour_of_their_status(status, color):
    reading = replace(plate("AB12"), candidate=rectangle(400, 400, 400, 200), status=status)
    image = np.full((800, 1280, 3), 90, np.uint8)
    drawn = decode(
        with_pictures(FileResult(Path("a"), status, (reading,)), image).pictures.thumbnail
    )
    assert drawn.shape == (200, 320, 3)
    top = drawn[100, 120:180].astype(int)  # a quarter of the size
    assert np.abs(top - color).mean() < 40  # JPEG halves the resolution of colours
    assert np.abs(drawn[40:60, 40:280].astype(int) - 90).max() < 10


def test_crops_are_in_the_order_of_the_readings_and_empty_where_there_is_none():
    readings = (
        replace(plate("AB12"), crop=np.full((100, 480), 200, np.uint8)),
        replace(plate("CD34"), crop=None),
        plate("EF56"),
    )
    result = FileResult(Path("a.jpg"), Status.READ, readings)
    plates = with_pictures(result, np.zeros((90, 90, 3), np.uint8)).pictures.plates
    assert [decode(jpeg).shape if jpeg else None for jpeg in plates] == [(50, 240), None, (20, 80)]


def test_making_pictures_changes_neither_photo_nor_crop():
    image, reading = np.full((120, 200, 3), 90, np.uint8), plate("AB12")
    result = FileResult(Path("a.jpg"), Status.READ, (reading,))
    assert with_pictures(result, image).readings == (reading,)
    assert result.pictures is None
    assert (image == 90).all()
    assert (reading.crop == 200).all()


def test_the_page_holds_every_photo_with_rounded_values(tmp_path):
    alternatives = (Alternative("AB13", 0.123456),)
    page = written(
        tmp_path / "new" / "folder" / "report.html",
        photo("yard/a.jpg", plate("AB12", 0.87654321, alternatives=alternatives), plate("CD34")),
        photo("b.jpg", reason="truncated"),
    )
    first, second = values(page)
    assert first["path"] == str(Path("yard/a.jpg"))
    assert [row["text"] for row in first["rows"]] == ["AB12", "CD34"]
    assert first["rows"][0]["confidence"] == 0.8765
    assert first["rows"][0]["alternatives"] == [["AB13", 0.1235]]
    assert [(row["status"], row["reason"]) for row in second["rows"]] == [("FAILED", "truncated")]


def test_places_without_text_are_one_photo_without_a_plate(tmp_path):
    empty = replace(plate("", None), status=Status.READ)
    result = FileResult(Path("a.jpg"), Status.NO_PLATE, (empty, empty))
    (entry,) = values(written(tmp_path / "r.html", result))
    assert [row["status"] for row in entry["rows"]] == ["NO_PLATE"]


def test_what_is_no_number_does_not_break_the_page(tmp_path):
    (entry,) = values(written(tmp_path / "r.html", photo("a.jpg", plate("AB12", float("nan")))))
    assert entry["rows"][0]["confidence"] is None


def test_hostile_names_stay_text(tmp_path):
    page = written(tmp_path / "r.html", *map(photo, HOSTILE_NAMES))
    assert [entry["path"] for entry in values(page)] == HOSTILE_NAMES
    text = page.read_text("utf-8")
    assert text.count("<script") == text.count("</script>")
    assert "<img src=x" not in text
    assert not {"\u2028", "\u2029"} & set(text)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_a_name_that_is_no_valid_text_is_no_obstacle(tmp_path):
    name = os.fsdecode(b"caf\xe9.jpg")
    (entry,) = values(written(tmp_path / "r.html", photo(name)))
    assert entry["path"] == name


def test_a_report_of_the_same_photos_keeps_its_name_and_another_has_another(tmp_path):
    def identity(*results: FileResult) -> str:
        page = written(tmp_path / "r.html", *results).read_text("utf-8")
        return re.search(r'data-report="(\w+)"', page)[1]

    first = photo("a.jpg", plate("AB12"))
    assert identity(first) == identity(first)
    assert identity(first) != identity(photo("a.jpg", plate("AB13")))
    other = with_pictures(first, np.full((120, 200, 3), 30, np.uint8))
    assert identity(first) != identity(other)  # another photo of the same name


def test_an_old_report_is_replaced_once_the_new_one_is_whole(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("old")
    with open_report(page) as report:
        report.write(photo("a.jpg"))
        assert page.read_text() == "old"
    assert values(page)
    assert list(tmp_path.iterdir()) == [page]
    report.close()  # a second time: nothing happens


def test_an_exception_leaves_the_old_report_and_nothing_else(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("old")
    with pytest.raises(KeyboardInterrupt), open_report(page) as report:
        report.write(photo("a.jpg"))
        raise KeyboardInterrupt
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_full_disk_is_said_so_and_leaves_nothing(tmp_path):
    resource = pytest.importorskip("resource")
    report = open_report(tmp_path / "report.html")
    report.write(photo("a.jpg"))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (10_000, unlimited[1])
    )  # less than styles and scripts
    try:
        with pytest.raises(
            OutputError, match=r"report\.html: cannot write the report: .*; --report"
        ):
            report.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert list(tmp_path.iterdir()) == []


def test_no_folder_can_be_where_a_file_is(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file.report\.html: cannot write the report: "):
        open_report(tmp_path / "file" / "report.html")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_read_only_folder_is_said_so_before_anything_is_read(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        open_report(tmp_path / "report.html")


def test_a_folder_is_no_report(tmp_path):
    with pytest.raises(OutputError, match="is no file; --report takes the name of an HTML file"):
        open_report(tmp_path)


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "real" / "report.html")
    written(link, photo("a.jpg"))
    assert link.is_symlink()
    assert values(tmp_path / "real" / "report.html")


def test_a_missing_jinja2_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(OutputError, match=r"pip install 'anpr\[report\]'"):
        open_report(tmp_path / "report.html")
