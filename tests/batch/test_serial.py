"""Photos one after the other, with readers whose answers are known."""

import logging
import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from anpr.batch.serial import SerialBatch
from anpr.errors import PhotoError
from anpr.photo import Photo
from anpr.sources import urls
from anpr.types import FileResult, Reading, Stamp, Status, stamp_of
from tests.builders import reading
from tests.fakes.stages import RaisingReader

URL = "s3://bucket/folder/car.jpg"
READ_S = 0.02


class WidthReader:
    """Reads the width of a photo, slowly."""

    def read(self, photo: Photo) -> list[Reading]:
        time.sleep(READ_S)
        return [reading(str(photo.gray.shape[1]))]


class NamesOfPhotos:
    """Debug windows that note the photos which begin."""

    is_visible = False

    def __init__(self) -> None:
        self.names: list[str] = []

    def begin(self, photo: str) -> None:
        self.names.append(photo)

    def show(self, title: str, image: object, wait: bool = False) -> None:
        pass


def texts(result: FileResult) -> list[str]:
    return [reading.text for reading in result.readings]


def test_a_photo_becomes_a_result(photo_file):
    (result,) = SerialBatch(WidthReader(), options="--region in")([photo_file])
    assert (result.path, result.status, texts(result)) == (photo_file, Status.READ, ["600"])
    assert (result.stamp, result.options) == (stamp_of(photo_file), "--region in")
    assert (result.reason, result.is_kept) == ("", False)


def test_time_spent_on_decoding_and_on_reading_is_told_apart(photo_file):
    begin = time.perf_counter()
    (result,) = SerialBatch(WidthReader())([photo_file])
    elapsed_ms = (time.perf_counter() - begin) * 1000
    assert result.timings.decode_ms > 0  # although the reader asked for the pixels
    assert result.timings.read_ms >= READ_S * 1000
    assert sum(result.timings) <= elapsed_ms


def test_results_come_in_order_and_known_ones_pass_through(photo_file):
    known = FileResult(Path("known.jpg"), Status.READ, is_kept=True)
    missing = photo_file.with_name("missing.jpg")
    results = list(SerialBatch(WidthReader())([known, None, missing, None, photo_file]))
    assert [result.path for result in results] == [known.path, missing, photo_file]
    assert results[0] is known


def test_items_are_taken_one_by_one(photo_file):
    taken: list[Path] = []

    def items():
        for item in (photo_file, photo_file):
            taken.append(item)
            yield item

    results = SerialBatch(WidthReader())(items())
    next(results)
    assert len(taken) == 1


def test_a_photo_that_cannot_be_read_fails_alone(photo_file):
    missing = photo_file.with_name("missing.jpg")
    empty = photo_file.with_name("empty.jpg")
    empty.touch()
    bad, worse, good = SerialBatch(WidthReader())([missing, empty, photo_file])
    assert (bad.status, bad.reason) == (Status.FAILED, "no such file or folder")
    assert worse.reason.startswith("cannot decode (0 bytes)")
    assert worse.stamp == Stamp(0, empty.stat().st_mtime_ns)
    assert texts(good) == ["600"]


def test_an_expected_error_has_no_traceback(photo_file, caplog):
    (result,) = SerialBatch(RaisingReader(PhotoError("cannot decode")))([photo_file])
    assert (result.status, result.reason) == (Status.FAILED, "cannot decode")
    assert caplog.records == []


def test_an_unexpected_error_has_one_and_stops_nothing(photo_file, caplog):
    results = list(SerialBatch(RaisingReader(ZeroDivisionError("a bug")))([photo_file] * 2))
    assert [result.status for result in results] == [Status.FAILED] * 2
    assert results[0].reason == "unexpected ZeroDivisionError: a bug"
    assert len(caplog.records) == 2
    assert caplog.records[0].levelno == logging.ERROR
    assert caplog.records[0].exc_info is not None
    assert str(photo_file) in caplog.records[0].message


def test_a_photo_with_too_many_pixels_is_refused(photo_file):
    (result,) = SerialBatch(WidthReader(), max_pixels=600 * 400 - 1)([photo_file])
    assert "the limit is 239,999" in result.reason
    (result,) = SerialBatch(WidthReader(), max_pixels=600 * 400)([photo_file])
    assert result.reason == ""


def test_tasks_run_in_order_on_the_updated_result(photo_file):
    def first(result: FileResult, photo: Photo) -> FileResult:
        return replace(result, unwritten=f"first {photo.bgr.shape}")

    def second(result: FileResult, photo: Photo) -> FileResult:
        return replace(result, unwritten=result.unwritten + ", second")

    (result,) = SerialBatch(WidthReader(), tasks=(first, second))([photo_file])
    assert result.unwritten == "first (400, 600, 3), second"


def test_no_task_runs_for_a_photo_that_failed(photo_file):
    batch = SerialBatch(RaisingReader(PhotoError("cannot decode")), tasks=(pytest.fail,))
    (result,) = batch([photo_file])
    assert result.reason == "cannot decode"


def test_debug_windows_get_the_name_of_each_photo_that_is_read(photo_file):
    windows = NamesOfPhotos()
    list(SerialBatch(WidthReader(), windows=windows)([photo_file.with_name("gone"), photo_file]))
    assert windows.names == ["car.jpg"]


def test_a_change_during_reading_is_noticed_later(photo_file):
    """The stamp is that of the file before it was read."""
    before = stamp_of(photo_file)

    class TouchingReader:
        def read(self, photo: Photo) -> list[Reading]:
            os.utime(photo_file, ns=(0, 0))
            return []

    (result,) = SerialBatch(TouchingReader())([photo_file])
    assert (result.stamp, result.status) == (before, Status.NO_PLATE)


def test_a_url_is_fetched_within_its_time_limit(photo_file, monkeypatch):
    calls: list[tuple[str, float]] = []

    def fetch(url: str, timeout_s: float) -> bytes:
        calls.append((url, timeout_s))
        return photo_file.read_bytes()

    monkeypatch.setattr(urls, "fetch", fetch)
    windows = NamesOfPhotos()
    batch = SerialBatch(WidthReader(), windows=windows, fetch_timeout_s=7.0)
    (result,) = batch([URL])
    assert calls == [(URL, 7.0)]
    assert (result.path, texts(result), windows.names) == (URL, ["600"], ["car.jpg"])
    (refused,) = replace(batch, max_pixels=1)([URL])
    assert "the limit is 1;" in refused.reason
