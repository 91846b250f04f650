"""The optional second recognizer."""

import logging

import pytest

from anpr.read import tesseract
from anpr.read.second_opinion import OptionalTesseract
from tests.builders import PLATE_TEXT, PLATE_XYWH, plate
from tests.conftest import command
from tests.fakes import fake_tesseract


def test_a_drawn_plate_is_read(photo):
    x, y, width, height = PLATE_XYWH
    gray = photo[y : y + height, x : x + width, 0]
    assert OptionalTesseract().read(plate(gray)).text == PLATE_TEXT


@pytest.mark.parametrize(
    ("engine", "reasons"),
    [
        ("/nowhere/tesseract", ("'/nowhere/tesseract' was not found", "apt-get install")),
        (fake_tesseract("failure"), ("broken",)),
    ],
    ids=["missing", "failing"],
)
def test_without_tesseract_there_is_one_warning_and_no_text(caplog, engine, reasons):
    tesseract.use_command(engine)
    with caplog.at_level(logging.WARNING):
        recognizer = OptionalTesseract()
        texts = [recognizer.read(plate()).text for _ in range(3)]
    assert texts == [""] * 3
    (record,) = caplog.records
    for reason in reasons:
        assert reason in record.getMessage()


def test_the_command_continues_without_tesseract(photo_file):
    done = command("-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract")
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")
    assert done.stderr.count("/nowhere/tesseract") == 1
    silent = command("-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract", "--quiet")
    assert (silent.returncode, silent.stdout, silent.stderr) == (0, done.stdout, "")
