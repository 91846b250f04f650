"""The house rules that hold for all modules at once."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import REPOSITORY

PACKAGE = REPOSITORY / "anpr"
MODULES = sorted(PACKAGE.rglob("*.py"))

UNSAFE = re.compile(
    r"\bpickle\b|\bshelve\b|\bmarshal\b|allow_pickle|shell=True|os\.system|os\.popen"
    r"|\beval\(|\bexec\(|yaml\.load"
)
CLUSTER = {"batch/cluster.py", "batch/cluster_actor.py"}
"""They pickle what goes between our own processes, as Ray itself does."""

OF_THE_COMMAND = re.compile(r"\bprint\(|logging\.basicConfig|\bArgumentParser\(|\binput\(")
COMMANDS = {"cli/arguments.py", "cli/main.py", "cli/run.py", "samples.py"}


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def users_of(pattern: str) -> set[str]:
    """The modules with a line that a pattern matches from its beginning."""
    lines = re.compile(rf"^\s*{pattern}", re.MULTILINE)
    return {named(path) for path in MODULES if lines.search(path.read_text(encoding="utf-8"))}


def test_imports_keep_to_the_contracts():
    """The layers, the door of the deciding stage and more, as pyproject.toml lists them."""
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", lint, "--no-cache"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout), done.stdout


def test_one_module_alone_knows_each_engine():
    assert users_of("(import|from) pytesseract") == {"read/tesseract.py"}
    assert users_of("(import|from) tesserocr") == {"read/in_process.py"}


def test_optional_packages_are_imported_where_they_are_used():
    """Else nobody could start the command without them."""
    optional = "|".join(("fsspec", "pooch", "pyarrow", "ray", "tesserocr"))
    at_the_top = re.compile(rf"^(import|from) ({optional})\b", re.MULTILINE)
    for path in MODULES:
        assert not at_the_top.search(path.read_text(encoding="utf-8")), path


def test_only_the_command_prints_parses_arguments_and_configures_logging():
    users = {named(p) for p in MODULES if OF_THE_COMMAND.search(p.read_text(encoding="utf-8"))}
    assert users == COMMANDS


def test_nothing_is_unpickled_and_no_shell_is_started():
    """Files are only ever parsed."""
    users = {named(path) for path in MODULES if UNSAFE.search(path.read_text(encoding="utf-8"))}
    assert users <= CLUSTER


def test_every_folder_is_a_package_with_a_sentence_on_what_it_is_for():
    for folder in {path.parent for path in MODULES}:
        assert (folder / "__init__.py").read_text(encoding="utf-8").startswith('"""'), folder
