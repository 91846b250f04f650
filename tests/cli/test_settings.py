"""What the settings of a run derive from the options."""

from pathlib import Path

import pytest

from anpr.cli.arguments import parse_arguments


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], ""),
        (["--workers", "2", "--output", "t.csv", "--report", "r.html", "--quiet"], ""),
        (["--pipeline", "auto", "--clear-border", "-1", "--psm", "7"], ""),
        (["--region", "in", "de", "in"], "--region de in"),
        (["--region", "de", "in", "--one"], "--region de in --one"),
        (["--pipeline", "tutorial", "--psm", "6"], "--pipeline tutorial --psm 6"),
        (["--locator", "network", "--reader", "tesseract"], "--locator network --reader tesseract"),
        (["--clear-border", "1"], "--clear-border 1"),
    ],
)
def test_the_options_that_decide_what_is_read_are_kept_as_text(arguments, text):
    assert parse_arguments(["-i", "a", *arguments]).options_text == text


def test_roots_are_the_inputs_that_are_paths():
    pytest.importorskip("fsspec", reason="URLs need fsspec")
    assert parse_arguments(["a", "memory://b/c.jpg"]).roots == (Path("a"),)


def test_copy_folders_are_those_that_were_asked_for():
    settings = parse_arguments(["a", "--redact", "r", "--annotate", "n", "--report", "p.html"])
    assert settings.copy_folders == (Path("n"), Path("r"))
