"""A file is reported when it is complete, once for each content. The test holds the clock."""

import os
import time
from pathlib import Path

import pytest

from anpr.sources.arrivals import END_TIMEOUT_S, QUIET_PERIOD_S, Arrivals, check_content
from tests.builders import encoded

START = 100.0
SOON = START + QUIET_PERIOD_S / 2
QUIET = START + QUIET_PERIOD_S + 0.01
LATER = START + END_TIMEOUT_S + QUIET_PERIOD_S + 0.02
NEVER = float("inf")


@pytest.fixture
def arrivals() -> Arrivals:
    return Arrivals()


@pytest.fixture
def jpeg(photo_file: Path) -> bytes:
    return photo_file.read_bytes()


def age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_file_that_no_longer_changes_is_complete(arrivals, photo_file):
    arrivals.notice(photo_file, START)
    assert arrivals.next_complete(SOON) is None
    assert arrivals.seconds_left(SOON) == pytest.approx(QUIET_PERIOD_S / 2)
    assert arrivals.next_complete(QUIET) == photo_file
    assert (arrivals.next_complete(LATER), arrivals.seconds_left(LATER)) == (None, NEVER)


def test_a_file_that_was_closed_is_complete_at_once(arrivals, photo_file):
    arrivals.notice(photo_file, START)
    arrivals.notice(photo_file, SOON, is_closed=True)
    assert arrivals.next_complete(SOON) == photo_file
    assert arrivals.next_complete(LATER) is None


def test_a_burst_of_events_is_one_photo(arrivals, photo_file):
    for _ in range(3):
        arrivals.notice(photo_file, START, is_closed=True)
    assert [arrivals.next_complete(START) for _ in range(3)] == [photo_file, None, None]
    arrivals.notice(photo_file, QUIET)
    assert arrivals.next_complete(LATER) is None


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("begin", [b"", bytes(1000), b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_the_end_of_a_file_is_waited_for(arrivals, tmp_path, begin, is_closed):
    path = tmp_path / "a.jpg"
    path.write_bytes(begin)
    arrivals.notice(path, START, is_closed)
    assert arrivals.next_complete(QUIET) is None
    assert arrivals.next_complete(LATER) == path  # truncated for good: to be read, and to fail


def test_a_file_that_grows_is_reported_when_it_is_complete(arrivals, photo_file, jpeg):
    half = len(jpeg) // 2
    photo_file.write_bytes(jpeg[:half])
    arrivals.notice(photo_file, START, is_closed=True)
    assert arrivals.next_complete(QUIET) is None
    photo_file.write_bytes(jpeg)
    arrivals.notice(photo_file, QUIET, is_closed=True)
    assert arrivals.next_complete(QUIET) == photo_file
    assert arrivals.next_complete(LATER) is None


def test_a_file_that_changes_before_its_check_is_checked_later(arrivals, photo_file, jpeg):
    arrivals.notice(photo_file, START)
    photo_file.write_bytes(jpeg + b"more")
    assert arrivals.next_complete(QUIET) is None
    assert arrivals.next_complete(QUIET + QUIET_PERIOD_S) == photo_file


def test_new_content_is_a_new_photo_but_a_new_date_is_not(arrivals, photo_file, jpeg):
    arrivals.notice(photo_file, START, is_closed=True)
    assert arrivals.next_complete(START) == photo_file
    age(photo_file, 1)  # as `cp -p` does, after it has closed the file
    arrivals.notice(photo_file, QUIET)
    assert arrivals.next_complete(LATER) is None
    photo_file.write_bytes(jpeg + b"other")
    arrivals.notice(photo_file, LATER, is_closed=True)
    assert arrivals.next_complete(LATER) == photo_file


def test_old_files_are_complete_and_come_in_the_order_they_were_noticed_in(arrivals, tmp_path):
    names = [tmp_path / f"{number}.jpg" for number in (3, 1, 2)]
    for path in names:
        path.write_bytes(b"\xff\xd8 no end")
        age(path, 2 * END_TIMEOUT_S)
        arrivals.notice(path, START)
    assert [arrivals.next_complete(START) for _ in range(4)] == [*names, None]


def test_a_file_that_is_gone_again_is_not_reported(arrivals, photo_file):
    arrivals.notice(photo_file.with_name("never there.jpg"), START)
    arrivals.notice(photo_file, START)
    photo_file.unlink()
    assert arrivals.next_complete(LATER) is None


def test_a_large_file_is_not_read(monkeypatch, photo_file):
    monkeypatch.setattr("anpr.sources.arrivals.MAX_CHECKED_BYTES", 100)
    assert check_content(photo_file) == (True, b"")


def test_a_file_that_cannot_be_checked_is_left_to_the_reader(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")  # reading it would never end
    assert check_content(tmp_path / "a.jpg").is_complete
    assert check_content(tmp_path / "gone.jpg").is_complete


def test_formats_without_a_recognisable_end_are_complete(photo, tmp_path):
    path = tmp_path / "a.bmp"
    path.write_bytes(encoded(photo, ".bmp")[:2000])
    assert check_content(path).is_complete
