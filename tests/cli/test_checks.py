"""Options that contradict each other end a run before it begins; those without effect say so."""

import logging
from pathlib import Path

import pytest

from anpr.cli import checks
from anpr.cli.arguments import parse_arguments
from anpr.errors import ExitCode
from tests.builders import PLATE_TEXT
from tests.conftest import TUTORIAL, command

CLUSTER = ("--cluster", "auto")
ON_CLUSTER = (*CLUSTER, "--output", "plates")


@pytest.fixture
def everything_is_installed(monkeypatch):
    """The checks of options, without the one for optional packages."""
    monkeypatch.setattr(checks, "find_spec", lambda name: name)


def refused(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as stop:
        parse_arguments(["a", *arguments])
    assert stop.value.code == ExitCode.USAGE
    return capsys.readouterr().err.rpartition("error: ")[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--resume",), "--resume needs the table to continue: --output FILE"),
        (("--format", "parquet"), "--format parquet needs a file: --output FILE"),
        (("--output", "t.xlsx"), "t.xlsx: 'xlsx' is not a table format"),
        (("--output", "t"), "t: '' is not a table format"),
        (("s3://b/c", "--annotate", "out"), "--annotate takes photos of this machine alone"),
        (("s3://b/c", "--crops", "out"), "--crops takes photos of this machine alone"),
        (("s3://b/c", "--redact", "out"), "--redact takes photos of this machine alone"),
        (("--watch",), "--watch takes folders, and a is not one"),
    ],
)
def test_contradictions_end_the_run_before_it_begins(arguments, message, capsys):
    assert message in refused(arguments, capsys)


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (CLUSTER, "--cluster needs a folder for the shards of the table: --output FOLDER"),
        ((*CLUSTER, "--output", "t.csv"), "got --output t.csv, the name of one table"),
        ((*ON_CLUSTER, "--format", "csv"), "--cluster writes Parquet; got --format csv"),
        ((*ON_CLUSTER, "--annotate", "out"), "--annotate works on this machine alone"),
        ((*ON_CLUSTER, "--crops", "out"), "--crops works on this machine alone"),
        ((*ON_CLUSTER, "--redact", "out"), "--redact works on this machine alone"),
        ((*ON_CLUSTER, "--report", "r.html"), "--report works on this machine alone"),
        ((*ON_CLUSTER, "--workers", "2"), "--workers works on this machine alone"),
        ((*ON_CLUSTER, "--debug", "1"), "--debug works on this machine alone"),
        ((*ON_CLUSTER, "--debug-dir", "out"), "--debug-dir works on this machine alone"),
    ],
)
def test_what_a_cluster_cannot_do_is_refused(arguments, message, capsys):
    assert message in refused(arguments, capsys)


@pytest.mark.usefixtures("everything_is_installed")
def test_a_cluster_waits_for_no_photos(tmp_path, capsys):
    with pytest.raises(SystemExit):
        parse_arguments([str(tmp_path), "--watch", *ON_CLUSTER])
    assert "--watch works on this machine alone" in capsys.readouterr().err


@pytest.mark.parametrize("package", ["ray", "pyarrow"])
def test_a_cluster_needs_its_packages(package, capsys, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == package else name)
    told = refused(ON_CLUSTER, capsys)
    assert f"--cluster needs {package}, which is missing; pip install 'ocr-license-plate[" in told


def test_a_url_that_no_installed_package_reads_is_refused(capsys):
    assert "nonsense://b/c: " in refused(("nonsense://b/c",), capsys)


@pytest.mark.usefixtures("everything_is_installed")
@pytest.mark.parametrize(
    "arguments",
    [
        ("--output", "t.csv", "--resume"),
        ("--output", "t", "--format", "jsonl"),
        ("--output", "t.parquet", "--report", "r.html", "--redact", "out"),
        ("--format", "csv"),
        (*ON_CLUSTER, "--resume", "--region", "in"),
        (*ON_CLUSTER, "--format", "parquet"),
    ],
)
def test_what_goes_together_is_taken(arguments, caplog):
    assert parse_arguments(["a", *arguments]).inputs == (Path("a"),)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("arguments", "warnings"),
    [
        ((*TUTORIAL, "--region", "in"), ["--region has no effect with --pipeline tutorial"]),
        (
            (*TUTORIAL, "--one"),
            ["--one has no effect with --pipeline tutorial, which reads one plate a photo"],
        ),
        (("--psm", "7"), ["--psm has no effect without --pipeline tutorial"]),
        (
            (*TUTORIAL, "--psm", "6", "--one", "--region", "in"),
            [
                "--region has no effect with --pipeline tutorial",
                "--one has no effect with --pipeline tutorial, which reads one plate a photo",
            ],
        ),
        (
            ("--reader", "network", "--clear-border", "1"),
            ["--clear-border has no effect with --reader network"],
        ),
        (
            ("--reader", "network", "--tesseract-cmd", "t"),
            ["--tesseract-cmd has no effect with --reader network"],
        ),
        (
            ("--tesseract-cmd", "t"),
            ["--tesseract-cmd has no effect without --pipeline tutorial or --reader tesseract"],
        ),
        (
            (*TUTORIAL, "--reader", "network", "--tesseract-cmd", "t"),
            ["--tesseract-cmd has no effect with --reader network"],
        ),
        (
            ("--output", "t.csv", "--format", "text"),
            ["--format text has no effect with --output"],
        ),
        ((*TUTORIAL, "--psm", "6", "--clear-border", "1"), []),
        ((*TUTORIAL, "--tesseract-cmd", "t"), []),
        (("--reader", "tesseract", "--clear-border", "0", "--tesseract-cmd", "t"), []),
        (("--region", "in", "--one", "--clear-border", "1"), []),  # the tutorial's command
    ],
)
def test_options_without_effect_are_named_in_a_warning(arguments, warnings, caplog):
    parse_arguments(["a", *arguments])
    assert [(record.levelno, record.message) for record in caplog.records] == [
        (logging.WARNING, warning) for warning in warnings
    ]
    caplog.clear()
    parse_arguments(["a", *arguments, "--quiet"])
    assert caplog.records == []


def test_the_user_sees_the_warning_on_stderr_and_gets_the_answer(photo_file):
    done = command(photo_file, "--psm", 6)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")
    assert done.stderr == "[WARNING] --psm has no effect without --pipeline tutorial\n"
