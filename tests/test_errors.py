"""The failures a user can meet, and the exit codes that are part of the user interface."""

import inspect

import pytest

from anpr import errors
from anpr.errors import AnprError, EndOfRunError, ExitCode

EXIT_CODES = {
    "AnprError": 1,
    "EndOfRunError": 1,
    "ImageError": 1,
    "PhotoError": 1,
    "ReadTimeoutError": 1,
    "DownloadError": 1,
    "UrlError": 1,
    "DebugFolderError": 2,
    "RegionError": 2,
    "ResumeError": 2,
    "FormatError": 2,
    "TesseractError": 4,
    "OutputError": 5,
    "WorkerError": 6,
    "ModelError": 7,
    "ClusterError": 8,
}
CLASSES = [
    error
    for _, error in inspect.getmembers(errors, inspect.isclass)
    if issubclass(error, AnprError)
]


def test_every_error_carries_its_exit_code():
    assert {error.__name__: int(error.exit_code) for error in CLASSES} == EXIT_CODES


def test_an_exit_code_is_its_number_and_has_its_meaning():
    numbers = [code.value for code in ExitCode]
    assert numbers == [0, 1, 2, 3, 4, 5, 6, 7, 8, 130, 143]
    assert ExitCode(4) is ExitCode.NO_TESSERACT == 4
    meanings = [code.meaning for code in ExitCode]
    assert all(meanings) and len(set(meanings)) == len(meanings)


def test_failures_that_no_other_photo_would_escape_have_exit_codes_of_their_own():
    for error in CLASSES:
        if issubclass(error, EndOfRunError) and error is not EndOfRunError:
            assert error.exit_code is not ExitCode.SOME_FAILED


@pytest.mark.parametrize("error", [errors.ImageError, errors.RegionError])
def test_wrong_arguments_are_value_errors_too(error):
    assert issubclass(error, ValueError)


def test_every_error_says_what_it_is_for():
    for error in CLASSES:
        assert inspect.getdoc(error) and error.__doc__
