"""The README shows real output: its commands are run and their output compared."""

import os
import re
import shlex
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")


def sessions() -> list[tuple[str, str]]:
    """Every command of the README's console blocks, with the output it shows."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [
        (command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ (.*)\n((?:[^$\n].*\n)*)", block, re.MULTILINE)
    ]


GROUP1 = sessions()[0][1].splitlines()


@pytest.mark.parametrize(("shown", "output"), sessions())
def test_commands_print_what_the_readme_shows(shown, output, tmp_path):
    for name in ("ocr_license_plate.py", "license_plates"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shown],
        cwd=tmp_path,
        env=os.environ | {"PATH": f"{python.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == output


def test_the_main_job_is_shown_first():
    assert sessions()[0][0] == (
        "python ocr_license_plate.py --input license_plates/group1 --clear-border 1"
    )
    assert "[INFO] MH20EE7601" in GROUP1


def test_python_examples_run(capsys, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    for example in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(compile(example, "README.md", "exec"), {})
        printed = capsys.readouterr().out.splitlines()
        assert printed == re.findall(r"print\(.*\)  # (.*)", example)


def test_pictures_are_there():
    for picture in re.findall(r"!\[.*?\]\((.*?)\)", README):
        assert (REPOSITORY / picture).is_file()


def test_ci_runs_the_readmes_test_command():
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
    assert taken.strip().endswith("-m pytest")
    assert taken in README
