"""The documentation shows real output: commands and examples run, and links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from anpr.cli.arguments import parse_arguments
from tests.builders import REPOSITORY
from tests.docs.pages import PAGES, anchors, blocks, links, resolved, sessions

OWN_COMMANDS = ("ocr-license-plate", "python ocr_license_plate.py", "python -m anpr")
CALLS = {"python": "", "ocr-license-plate": " -m anpr"}
"""What each command of a page starts: this Python, with further arguments."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder where the commands of the documentation work, and may leave files behind."""
    for name in ("ocr_license_plate.py", "license_plates", "anpr"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    (tmp_path / "bin").mkdir()
    for name, arguments in CALLS.items():
        script = tmp_path / "bin" / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{arguments} "$@"\n')
        script.chmod(0o755)
    return tmp_path


def run_as_pasted(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line],
        cwd=folder,
        env=os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "output"), [session for page in PAGES for session in sessions(page)]
)
def test_commands_print_what_the_page_shows(line, output, clone):
    done = run_as_pasted(line, clone)
    assert done.returncode == 0, done.stderr
    assert done.stdout == output


def own_lines() -> list[str]:
    """Lines of shell that start this program, without what the shell makes of them."""
    lines = [
        line
        for page in PAGES
        for language in ("sh", "powershell")
        for block in blocks(page, language)
        for line in re.split(r"\n| && ", block)
    ]
    return [line.split(">")[0] for line in lines if line.startswith(OWN_COMMANDS)]


@pytest.mark.parametrize("line", [line for line in own_lines() if "..." not in line])
def test_commands_that_are_only_shown_are_understood(line, tmp_path, monkeypatch):
    if "--cluster" in line and not (find_spec("ray") and find_spec("s3fs")):
        pytest.skip("needs ray and s3fs")
    if ".parquet" in line:
        pytest.importorskip("pyarrow")
    (tmp_path / "camera").mkdir()
    monkeypatch.chdir(tmp_path)
    words = shlex.split(line)
    arguments = words[1:] if words[0] == "ocr-license-plate" else words[2:]
    assert parse_arguments(arguments).inputs


def test_modules_that_pages_run_exist():
    modules = {name for text in PAGES.values() for name in re.findall(r"-m ([a-z_.]+)", text)}
    assert "anpr.samples" in modules
    ours = {name for name in modules if (REPOSITORY / name.split(".")[0]).is_dir()}
    assert [name for name in sorted(ours) if find_spec(name) is None] == []


@pytest.mark.parametrize(
    ("page", "example"), [(page, text) for page in PAGES for text in blocks(page, "python")]
)
def test_python_examples_print_what_their_comments_say(page, example, capsys, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    exec(compile(example, page, "exec"), {})
    shown = re.findall(r"print\(.*\)  # (.*)", example)
    assert shown
    assert capsys.readouterr().out.splitlines() == shown


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_and_headings(page):
    for link in links(page):
        path, heading = resolved(page, link)
        assert path.exists(), link
        assert not heading or heading in anchors(path.read_text(encoding="utf-8")), link


def test_every_page_can_be_reached_from_the_readme():
    reached, waiting = set(), ["README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = (resolved(page, link)[0].resolve() for link in links(page))
        names = {str(path.relative_to(REPOSITORY)) for path in targets}
        waiting += [name for name in names if name in PAGES and name not in reached]
    assert reached == set(PAGES)


def test_every_picture_of_the_folder_is_shown_once():
    shown = [resolved(page, link)[0].name for page in PAGES for link in links(page)]
    pictures = [
        path.name for path in (REPOSITORY / "docs").iterdir() if path.suffix in (".jpg", ".png")
    ]
    assert sorted(name for name in shown if name in pictures) == sorted(pictures)
