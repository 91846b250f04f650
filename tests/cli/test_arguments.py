"""Arguments become settings, or a usage error that explains itself."""

import sys
from pathlib import Path

import pytest

from anpr import __version__
from anpr.cli.arguments import build_parser, parse_arguments
from anpr.errors import ExitCode


def usage_error(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Parses arguments that make no sense; returns what stderr says about them."""
    with pytest.raises(SystemExit) as stop:
        parse_arguments(arguments)
    assert stop.value.code == ExitCode.USAGE
    told = capsys.readouterr()
    assert told.out == ""
    return told.err.rpartition("error: ")[2].strip()


def help_text(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        parse_arguments(["--help"])
    assert stop.value.code == 0
    return capsys.readouterr().out


def test_defaults_are_the_tutorials():
    settings = parse_arguments(["-i", "photos"])
    assert (settings.clear_border, settings.psm, settings.debug) == (-1, 7, False)


def test_short_and_long_names_mean_the_same():
    short = parse_arguments(
        ["-i", "a", "b", "-c", "1", "-p", "6", "-d", "1", "-o", "t.csv", "-f", "csv", "-q"]
    )
    long = parse_arguments(
        [
            *("--input", "a", "--input", "b", "--clear-border", "1", "--psm", "6", "--debug", "1"),
            *("--output", "t.csv", "--format", "csv", "--quiet"),
        ]
    )
    assert short == long


@pytest.mark.parametrize(
    "arguments",
    [
        ["a", "b"],
        ["-i", "a", "b"],
        ["-i", "a", "-i", "b"],
        ["a", "-i", "b"],
        ["--one", "a", "b"],
        ["a", "--one", "b"],
        ["--psm", "7", "a", "--pipeline", "tutorial", "b", "--quiet"],
    ],
)
def test_paths_are_given_with_or_without_an_option(arguments):
    assert parse_arguments(arguments).inputs == (Path("a"), Path("b"))


def test_a_url_stays_one():
    pytest.importorskip("fsspec", reason="URLs need fsspec")
    assert parse_arguments(["a", "memory://b//c.jpg"]).inputs == (Path("a"), "memory://b//c.jpg")


@pytest.mark.parametrize("off", ["-1", "0"])
def test_integers_below_one_switch_off(off):
    settings = parse_arguments(["-i", "a", "-c", off, "-d", off])
    assert (settings.clear_border, settings.debug) == (int(off), False)


def test_a_folder_for_debug_images_implies_debugging():
    assert parse_arguments(["a", "--debug-dir", "steps"]).debug


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to read: name folders or photos"),
        (["--input"], "--input: expected at least one argument"),
        (["a", "--psm", "99"], "--psm: invalid choice: 99"),
        (["a", "--psm", "0"], "--psm: invalid choice: 0"),
        (["a", "--clear-border", "yes"], "--clear-border: invalid int value: 'yes'"),
        (["a", "-c", "2"], "--clear-border: invalid choice: 2"),
        (["a", "-c", "77"], "--clear-border: invalid choice: 77"),
        (["a", "--pipeline", "magic"], "--pipeline: invalid choice: 'magic'"),
        (["a", "--locator", "magic"], "--locator: invalid choice: 'magic'"),
        (["a", "--reader", "magic"], "--reader: invalid choice: 'magic'"),
        (["a", "--format", "xlsx"], "--format: invalid choice: 'xlsx'"),
        (["a", "--timeout", "0"], "--timeout: invalid positive float value: '0'"),
        (["a", "--timeout", "inf"], "--timeout: invalid positive float value: 'inf'"),
        (["a", "--timeout", "nan"], "--timeout: invalid positive float value: 'nan'"),
        (["a", "--max-pixels", "-5"], "--max-pixels: invalid positive int value: '-5'"),
        (["a", "--workers", "0"], "--workers: invalid positive int value: '0'"),
        (["a", "--quiet", "--verbose"], "--verbose: not allowed with argument"),
        (["a", "--no-such-option"], "unrecognized arguments: --no-such-option"),
    ],
)
def test_usage_errors_name_the_option(arguments, message, capsys):
    assert message in usage_error(arguments, capsys)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("germny", "de (Germany)"),
        ("INDJA", "in (India)"),
        ("us-cal", "us-ca (California)"),
        ("atlantis", "the nearest are "),
    ],
)
def test_an_unknown_region_suggests_the_nearest(name, nearest, capsys):
    told = usage_error(["a", "--region", name], capsys)
    assert f"--region: {name!r} is not a known region" in told
    assert nearest in told
    assert len(told) < 300, "a line, not the list of all regions"


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (["UK", "DE"], ("gb", "de")),
        (["germany", "California"], ("de", "us-ca")),
        (["USA", "eu"], ("us", "eu")),
        ([" south  africa "], ("za",)),
    ],
)
def test_regions_are_given_by_any_name_and_kept_as_codes(names, codes):
    assert parse_arguments(["a", "--region", *names]).regions == codes


def test_a_path_behind_regions_is_told_from_a_region(tmp_path, capsys):
    told = usage_error(["--region", "in", str(tmp_path)], capsys)
    assert f"{str(tmp_path)!r} is not a known region" in told
    assert "paths go before --region, or behind -i" in told
    settings = parse_arguments(["--region", "in", "de", "-i", str(tmp_path)])
    assert (settings.regions, settings.inputs) == (("in", "de"), (tmp_path,))


def test_version(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--version"])
    assert capsys.readouterr().out == f"anpr {__version__}\n"


def test_help_shows_every_exit_code_with_its_meaning(capsys):
    lines = help_text(capsys).splitlines()
    for code in ExitCode:
        assert f"  {code.value:<4} {code.meaning}" in lines


def test_help_shows_every_option_with_an_explanation(capsys):
    text = help_text(capsys)
    for action in build_parser()._actions:
        assert action.help
        assert all(option in text for option in action.option_strings)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("/usr/bin/ocr-license-plate", "ocr-license-plate"),
        ("ocr_license_plate.py", "ocr_license_plate.py"),
        ("/somewhere/anpr/__main__.py", "python -m anpr"),
    ],
)
def test_the_command_is_called_as_the_user_called_it(typed, name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [typed])
    text = help_text(capsys)
    assert text.startswith(f"usage: {name} [-h]")
    assert f"\n  {name} license_plates/group1\n" in text
