"""The README's promises: the main job, the spreadsheet, and the line that passes the tests."""

import csv
import os
import re
import subprocess

import pytest

from docs.pictures import write_example_folder
from tests.builders import REPOSITORY, SAMPLE_TEXTS
from tests.conftest import command
from tests.docs.pages import PAGES, blocks, sessions, tables

README = PAGES["README.md"]
MAIN_JOB = "python ocr_license_plate.py --input license_plates/group1 --clear-border 1"
MAX_LINES = 150
CONFIDENCE_TOLERANCE = 0.05  # OpenCV's versions add up in different orders


def test_it_is_short():
    assert len(README.splitlines()) <= MAX_LINES


def test_the_main_job_comes_first_and_reads_five_plates():
    line, output = sessions("README.md")[0]
    assert line == MAIN_JOB
    texts = [text for name, text in SAMPLE_TEXTS.items() if name.startswith("group1")]
    assert output.splitlines() == [f"[INFO] {text}" for text in texts]
    assert "[INFO] MH20EE7601" in output


def test_each_line_that_sets_up_ends_with_the_main_job():
    lines = [line for block in blocks("README.md", "sh") for line in block.splitlines()]
    set_up = [line for line in lines if "pip install ." in line]
    assert len(set_up) == 2
    for line in set_up:
        assert line.endswith(MAIN_JOB)
        assert ". .venv/bin/activate" in line  # so that `python` is found afterwards


def test_apt_never_asks_a_question():
    installs = re.findall(r"sudo.*?apt-get install.*?(?:&&|\|\||$)", README, re.MULTILINE)
    long_ones = [install for install in installs if "python3-venv" in install]
    assert len(long_ones) == 2
    for install in long_ones:
        # `sudo env`: a function in place of sudo, as in `.ci/run`, takes a command and nothing else
        assert re.search(r"sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y ", install)


def test_the_spreadsheet_looks_as_shown(tmp_path):
    (line,) = (block.strip() for block in blocks("README.md", "sh") if "plates.csv" in block)
    write_example_folder(tmp_path / "photos")
    command(*line.split()[2:], cwd=tmp_path)
    with (tmp_path / "plates.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    (shown,) = (table for table in tables("README.md") if "path" in table[0])
    assert {row["status"] for row in shown} == {"READ", "CHECK", "NO_PLATE", "FAILED"}
    for row in shown:
        real = {column: rows[row["path"]][column] for column in row}
        expected, actual = (float(values.pop("confidence") or 0) for values in (row, real))
        assert actual == pytest.approx(expected, abs=CONFIDENCE_TOLERANCE)
        assert row == real
    assert (tmp_path / "plates.html").is_file()


def test_ci_takes_the_test_command_from_here():
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    pattern = re.search(r"sed -n '(.*)' README.md", script)
    assert pattern is not None
    taken = subprocess.run(
        ["sed", "-n", pattern.group(1), "README.md"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert taken.count("\n") == 1
    assert taken.startswith("sudo ")
    assert taken.strip().endswith("-m pytest")
    assert taken in README


def test_ci_is_one_script_for_everybody():
    run, check = REPOSITORY / ".ci" / "run", REPOSITORY / ".ci" / "check"
    assert os.access(run, os.X_OK)
    assert os.access(check, os.X_OK)
    assert run.read_text().rstrip().endswith(".ci/check")
    workflow = (REPOSITORY / ".github" / "workflows" / "ci.yml").read_text()
    assert re.findall(r"- run: (.*)", workflow) == [".ci/run"]
    hooks = (REPOSITORY / ".pre-commit-config.yaml").read_text()
    assert re.findall(r"entry: (.*)", hooks) == [".ci/check"]
    assert ".ci/check" in blocks("CONTRIBUTING.md", "sh")[0]
