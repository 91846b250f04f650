"""Options become objects: each option reaches the stage that it is about."""

from pathlib import Path

import cv2
import pytest

from anpr.anpr import TutorialPipeline
from anpr.cli.arguments import PHOTO_TIMEOUTS, parse_arguments
from anpr.cli.assembly import (
    MIN_PHOTOS_FOR_WORKERS,
    is_text,
    needs_tesseract,
    open_batch,
    open_reader,
    open_writers,
    output_folders,
    set_up,
)
from anpr.cli.settings import Settings
from anpr.debug import HIDDEN
from anpr.errors import OutputError
from anpr.locate.morphology import AtWorkingWidth
from anpr.locate.network import NetworkLocator
from anpr.pipeline import PlateReader
from anpr.read import tesseract
from anpr.read.network import NetworkReader
from anpr.read.prepared import PreparedTesseractReader
from tests.builders import result
from tests.conftest import TUTORIAL


def settings_of(*arguments: object) -> Settings:
    return parse_arguments(["a", *map(str, arguments)])


def reader_of(*arguments: object) -> PlateReader | TutorialPipeline:
    return open_reader(settings_of(*arguments))


def kinds(stages: object) -> list[type]:
    return [type(stage) for stage in stages]


def test_the_default_is_the_reader_of_the_library():
    ours, theirs = reader_of(), PlateReader()
    assert kinds(ours.locators) == kinds(theirs.locators)
    assert [getattr(one, "zoom", 0) for one in ours.locators] == [1.0, 2.0, 0]
    assert type(ours.reader) is NetworkReader
    for field in ("regions", "one", "min_ar", "max_ar"):
        assert getattr(ours, field) == getattr(theirs, field)


def test_regions_and_one_reach_the_pipeline():
    reader = reader_of("--region", "in", "us-ca", "--one")
    assert (reader.regions, reader.one) == (("in", "us-ca"), True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auto", [NetworkLocator, NetworkLocator, AtWorkingWidth]),
        ("network", [NetworkLocator, NetworkLocator]),
        ("morphology", [AtWorkingWidth]),
    ],
)
def test_the_locator_that_was_asked_for(name, expected):
    assert kinds(reader_of("--locator", name).locators) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("auto", NetworkReader),
        ("network", NetworkReader),
        ("tesseract", PreparedTesseractReader),
    ],
)
def test_the_reader_that_was_asked_for(name, expected):
    assert type(reader_of("--reader", name).reader) is expected


@pytest.mark.parametrize("border", [-1, 0, 1])
def test_clearing_the_border_is_what_tesseract_is_told(border):
    alone = reader_of("--reader", "tesseract", "--clear-border", border)
    assert alone.reader.clear_border == border
    assert reader_of(*TUTORIAL, "--clear-border", border).clear_border == (border == 1)


def test_the_tutorial_gets_its_mode_and_its_time_limit():
    pipeline = reader_of(*TUTORIAL, "--psm", 6, "--timeout", 3)
    assert isinstance(pipeline, TutorialPipeline)
    assert (pipeline.psm, pipeline.tutorial.timeout_s) == (6, 3)
    assert (pipeline.tutorial.locator, pipeline.tutorial.reader) == (None, None)


def test_the_networks_may_take_the_tutorials_place():
    tutorial = reader_of(*TUTORIAL, "--locator", "network", "--reader", "network").tutorial
    assert kinds([tutorial.locator, tutorial.reader]) == [NetworkLocator, NetworkReader]


@pytest.mark.parametrize(
    ("arguments", "is_needed"),
    [
        ((), False),
        (("--reader", "network"), False),
        (("--reader", "tesseract"), True),
        (TUTORIAL, True),
        ((*TUTORIAL, "--reader", "network"), False),
    ],
)
def test_tesseract_is_needed_if_it_reads_the_plates(arguments, is_needed):
    assert needs_tesseract(settings_of(*arguments)) == is_needed


def test_one_worker_is_one_core(monkeypatch):
    threads = []
    monkeypatch.setattr(cv2, "setNumThreads", threads.append)
    set_up(settings_of())
    assert threads == []
    set_up(settings_of("--workers", 1))
    assert threads == [1]


def test_another_tesseract_is_used_from_now_on():
    set_up(settings_of("--tesseract-cmd", "/opt/tesseract"))
    assert tesseract.command() == "/opt/tesseract"


@pytest.mark.parametrize(
    ("arguments", "photos", "workers"),
    [
        ((), MIN_PHOTOS_FOR_WORKERS - 1, None),
        ((), MIN_PHOTOS_FOR_WORKERS, 5),
        (("--workers", 3), 1, None),
        (("--workers", 3), 2, 3),
        (("--workers", 1), 100, 1),
        (("--debug-dir", "d", "--workers", 3), 100, None),
    ],
)
def test_processes_are_started_if_there_is_enough_to_do(monkeypatch, arguments, photos, workers):
    """`None` stands for this process alone; the photos are not there, so all of them fail."""
    started = []

    def read_in_workers(items, open_batch, count, timeout_s):
        started.append((count, timeout_s))
        yield from open_batch()(items)

    monkeypatch.setattr("anpr.cli.assembly.read_in_workers", read_in_workers)
    monkeypatch.setattr("anpr.cli.assembly.default_worker_count", lambda: 5)
    settings = settings_of(*arguments, "--timeout", 2, "--reader", "network")
    names = [Path(f"{number}.jpg") for number in range(photos)]
    results = list(open_batch(settings, HIDDEN)(iter(names)))
    assert [one.path for one in results] == names, "all of them, in order"
    in_workers = [] if workers in (None, 1) else [(workers, 2 * PHOTO_TIMEOUTS)]
    assert started == in_workers


def test_what_a_photo_may_cost_reaches_the_batch(photo_file):
    (refused,) = open_batch(settings_of("--max-pixels", 9), HIDDEN)([photo_file])
    assert "the limit is 9;" in refused.reason


def test_each_result_carries_the_options_it_was_read_with(photo_file):
    (read,) = open_batch(settings_of("--region", "in"), HIDDEN)([photo_file])
    assert read.options == "--region in"


def test_copies_among_their_own_photos_are_refused_before_the_first(photo_file):
    settings = parse_arguments([str(photo_file.parent), "--crops", str(photo_file.parent)])
    with pytest.raises(OutputError, match="where photos are read from"):
        open_batch(settings, HIDDEN)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), True),
        (("--format", "text"), True),
        (("--format", "csv"), False),
        (("--output", "t.csv", "--format", "csv"), True),
    ],
)
def test_stdout_gets_lines_unless_it_gets_a_table(arguments, expected):
    assert is_text(settings_of(*arguments)) == expected


def test_the_folders_of_pictures_are_not_watched_for_photos():
    settings = settings_of("--crops", "c", "--debug-dir", "d", "--report", "r.html")
    assert output_folders(settings) == (Path("c"), Path("d"))


def test_all_that_is_asked_for_is_written(tmp_path):
    table, report = tmp_path / "t.csv", tmp_path / "r.html"
    with open_writers(settings_of("--output", table, "--report", report)) as writers:
        assert writers.known_or_new(Path("b.jpg")) == Path("b.jpg")
        writers.write(result("b.jpg"))
    assert "b.jpg" in table.read_text() and "b.jpg" in report.read_text()


def test_a_resumed_table_gives_back_what_it_knows(photo_file, tmp_path):
    arguments = [str(photo_file), "--output", str(tmp_path / "t.csv")]
    with open_writers(parse_arguments(arguments)) as writers:
        (read,) = open_batch(parse_arguments(arguments), HIDDEN)([photo_file])
        writers.write(read)
    with open_writers(parse_arguments([*arguments, "--resume"])) as writers:
        known = writers.known_or_new(photo_file)
        assert (known.path, known.readings[0].text) == (photo_file, read.readings[0].text)
        assert writers.known_or_new(Path("new.jpg")) == Path("new.jpg")
        assert writers.known_or_new(None) is None
        writers.write(known)


def test_a_cluster_writes_its_own_table(tmp_path):
    pytest.importorskip("ray", reason="--cluster needs ray")
    with open_writers(settings_of("--cluster", "auto", "--output", tmp_path / "plates")) as writers:
        assert writers.writers == []
