"""Tesseract in this process, compared with the command."""

import pytest

from anpr.read.in_process import open_in_process
from anpr.read.prepared import BY_COMMAND, prepare
from tests.fakes import fake_tesseract


def test_the_answers_are_those_of_the_command(plates):
    in_process = open_in_process("tesseract")
    if in_process is None:
        pytest.skip("tesserocr is not installed, or has another version than the Tesseract here")
    for plate in plates:
        for image in prepare(plate.gray):
            ours, theirs = in_process(image), BY_COMMAND(image)
            assert [c.value for c in ours] == [c.value for c in theirs]
            for one, other in zip(ours, theirs, strict=True):
                assert one.confidence == pytest.approx(other.confidence, abs=1e-3)


@pytest.mark.parametrize("command", ["/nowhere/tesseract", fake_tesseract("other_version")])
def test_without_the_same_version_nothing_is_opened(command):
    assert open_in_process(command) is None
