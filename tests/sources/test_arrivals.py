"""A file is told once it is whole, once for one content. The clock is the test's own."""

import os
import time
from pathlib import Path

import cv2
import pytest

from anpr.sources.arrivals import PATIENCE_S, QUIET_S, Arrivals, look

START = 100.0
SOON = START + QUIET_S / 2
QUIET = START + QUIET_S + 0.01
LATER = START + PATIENCE_S + QUIET_S + 0.02
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


def test_a_file_that_stays_as_it_is_is_whole(arrivals, photo_file):
    arrivals.notice(photo_file, START)
    assert arrivals.next_whole(SOON) is None
    assert arrivals.seconds_left(SOON) == pytest.approx(QUIET_S / 2)
    assert arrivals.next_whole(QUIET) == photo_file
    assert (arrivals.next_whole(LATER), arrivals.seconds_left(LATER)) == (None, NEVER)


def test_a_file_that_was_closed_is_whole_at_once(arrivals, photo_file):
    arrivals.notice(photo_file, START)
    arrivals.notice(photo_file, SOON, is_closed=True)
    assert arrivals.next_whole(SOON) == photo_file
    assert arrivals.next_whole(LATER) is None


def test_a_burst_of_events_is_one_photo(arrivals, photo_file):
    for _ in range(3):
        arrivals.notice(photo_file, START, is_closed=True)
    assert [arrivals.next_whole(START) for _ in range(3)] == [photo_file, None, None]
    arrivals.notice(photo_file, QUIET)
    assert arrivals.next_whole(LATER) is None


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("begin", [b"", bytes(1000), b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
def test_the_end_of_a_file_is_waited_for(arrivals, tmp_path, begin, is_closed):
    path = tmp_path / "a.jpg"
    path.write_bytes(begin)
    arrivals.notice(path, START, is_closed)
    assert arrivals.next_whole(QUIET) is None
    assert arrivals.next_whole(LATER) == path  # cut short for good: to be read, and to fail


def test_a_file_that_grows_is_told_when_it_is_whole(arrivals, photo_file, jpeg):
    half = len(jpeg) // 2
    photo_file.write_bytes(jpeg[:half])
    arrivals.notice(photo_file, START, is_closed=True)
    assert arrivals.next_whole(QUIET) is None
    photo_file.write_bytes(jpeg)
    arrivals.notice(photo_file, QUIET, is_closed=True)
    assert arrivals.next_whole(QUIET) == photo_file
    assert arrivals.next_whole(LATER) is None


def test_a_file_that_changes_before_it_is_looked_at_waits_on(arrivals, photo_file, jpeg):
    arrivals.notice(photo_file, START)
    photo_file.write_bytes(jpeg + b"more")
    assert arrivals.next_whole(QUIET) is None
    assert arrivals.next_whole(QUIET + QUIET_S) == photo_file


def test_new_content_is_a_new_photo_and_a_new_date_is_none(arrivals, photo_file, jpeg):
    arrivals.notice(photo_file, START, is_closed=True)
    assert arrivals.next_whole(START) == photo_file
    age(photo_file, 1)  # as `cp -p` does, after it has closed the file
    arrivals.notice(photo_file, QUIET)
    assert arrivals.next_whole(LATER) is None
    photo_file.write_bytes(jpeg + b"other")
    arrivals.notice(photo_file, LATER, is_closed=True)
    assert arrivals.next_whole(LATER) == photo_file


def test_old_files_are_whole_and_come_in_the_order_they_were_found_in(arrivals, tmp_path):
    names = [tmp_path / f"{number}.jpg" for number in (3, 1, 2)]
    for path in names:
        path.write_bytes(b"\xff\xd8 no end")
        age(path, 2 * PATIENCE_S)
        arrivals.notice(path, START)
    assert [arrivals.next_whole(START) for _ in range(4)] == [*names, None]


def test_what_is_gone_again_is_no_photo(arrivals, photo_file):
    arrivals.notice(photo_file.with_name("never there.jpg"), START)
    arrivals.notice(photo_file, START)
    photo_file.unlink()
    assert arrivals.next_whole(LATER) is None


def test_what_cannot_be_looked_at_is_left_to_the_reader(tmp_path):
    os.mkfifo(tmp_path / "a.jpg")  # a look at it would never end
    assert look(tmp_path / "a.jpg").is_whole
    assert look(tmp_path / "gone.jpg").is_whole


def test_formats_whose_end_nobody_knows_are_whole(photo, tmp_path):
    path = tmp_path / "a.bmp"
    path.write_bytes(cv2.imencode(".bmp", photo)[1].tobytes()[:2000])
    assert look(path).is_whole
