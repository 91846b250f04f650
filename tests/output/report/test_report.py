"""The report as a file: complete or absent, and what is in it."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from anpr.errors import OutputError
from anpr.output.report.pictures import with_pictures
from anpr.output.report.report import Report
from anpr.types import FileResult
from tests.output.report.examples import even, photo, plate, values, written


def test_the_page_holds_every_photo_in_order(tmp_path):
    page = written(
        tmp_path / "new" / "folder" / "report.html",
        photo("yard/a.jpg", plate("AB12"), plate("CD34")),
        photo("b.jpg", reason="truncated"),
    )
    first, second = values(page)
    assert first["path"] == str(Path("yard/a.jpg"))
    assert [row["text"] for row in first["rows"]] == ["AB12", "CD34"]
    assert [(row["status"], row["reason"]) for row in second["rows"]] == [("FAILED", "truncated")]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_a_name_that_is_not_valid_text_is_kept(tmp_path):
    name = os.fsdecode(b"caf\xe9.jpg")
    (shown,) = values(written(tmp_path / "r.html", photo(name)))
    assert shown["path"] == name


def test_a_report_of_the_same_photos_keeps_its_id_and_another_one_differs(tmp_path):
    def report_id(*results: FileResult) -> str:
        page = written(tmp_path / "r.html", *results).read_text("utf-8")
        return re.search(r'data-report="(\w+)"', page)[1]

    first = photo("a.jpg", plate("AB12"))
    assert report_id(first) == report_id(first)
    assert report_id(first) != report_id(photo("a.jpg", plate("AB13")))
    other = with_pictures(first, even(120, 200, gray=30))
    assert report_id(first) != report_id(other)  # another photo of the same name


def test_an_old_report_is_replaced_once_the_new_one_is_complete(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("old")
    with Report(page) as report:
        report.write(photo("a.jpg"))
        assert page.read_text() == "old"
    assert values(page)
    assert list(tmp_path.iterdir()) == [page]


def test_closing_twice_writes_once(tmp_path):
    page = written(tmp_path / "report.html", photo("a.jpg"))
    report = Report(page)
    report.close()
    page.write_text("edited since")
    report.close()
    assert page.read_text() == "edited since"


def test_an_exception_leaves_the_old_report_and_nothing_else(tmp_path):
    page = tmp_path / "report.html"
    page.write_text("old")
    with pytest.raises(KeyboardInterrupt), Report(page) as report:
        report.write(photo("a.jpg"))
        raise KeyboardInterrupt
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path):
    resource = pytest.importorskip("resource")
    report = Report(tmp_path / "report.html")
    report.write(photo("a.jpg"))
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    less_than_the_scripts = 10_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (less_than_the_scripts, unlimited[1]))
    try:
        with pytest.raises(OutputError, match=r"report\.html: cannot be written: .* name another"):
            report.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_removed_meanwhile_is_an_error(tmp_path):
    report = Report(tmp_path / "out" / "report.html")
    report.write(photo("a.jpg"))
    shutil.rmtree(tmp_path / "out")
    with pytest.raises(OutputError, match=r"report\.html: cannot be written: No such file"):
        report.close()


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match=r"file.report\.html: cannot be written: "):
        Report(tmp_path / "file" / "report.html")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_read_only_folder_is_an_error_before_anything_is_read(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="Permission denied"):
        Report(tmp_path / "report.html")


def test_a_folder_is_not_a_report(tmp_path):
    with pytest.raises(OutputError, match="is not a file; --report takes the name of an HTML file"):
        Report(tmp_path)


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link.html"
    link.symlink_to(tmp_path / "real" / "report.html")
    written(link, photo("a.jpg"))
    assert link.is_symlink()
    assert values(tmp_path / "real" / "report.html")
