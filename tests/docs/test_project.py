"""What a stranger needs before the first line of code: metadata, licence, container."""

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from anpr._version import DISTRIBUTION, __version__
from tests.builders import REPOSITORY
from tests.docs.pages import PAGES

tomllib = pytest.importorskip("tomllib" if sys.version_info >= (3, 11) else "tomli")

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def names_of(requirements: list[str]) -> set[str]:
    return {normal(re.match(r"[\w.-]+", requirement)[0]) for requirement in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def packages_imported_by(folder: Path) -> set[str]:
    """The top-level packages that the modules of a folder import."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    modules = [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    modules += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    return {module.partition(".")[0] for module in modules}


def test_every_import_of_the_package_is_declared():
    declared = names_of(PROJECT["dependencies"])
    for extra in ("samples", "in-process", "parquet", "cloud", "cluster"):
        declared |= names_of(EXTRAS[extra])
    declared |= {"markupsafe"}  # jinja2's own, and part of its interface
    sources = packages_distributions()
    for package in packages_imported_by(REPOSITORY / "anpr") - set(sys.stdlib_module_names):
        if package in sources and package != "anpr":
            assert {normal(name) for name in sources[package]} & declared, package


def test_what_the_first_command_needs_is_core():
    core = names_of(PROJECT["dependencies"])
    assert {"opencv-contrib-python", "pytesseract", "imutils", "scikit-image", "numpy"} <= core
    assert {"pillow", "jinja2", "tqdm", "watchdog"} <= core


def test_peers_bring_the_same_opencv():
    """All three builds are installed into one folder."""
    needs = [need for need in EXTRAS["peers"] if need.startswith("opencv")]
    builds = {"opencv-contrib-python", "opencv-python", "opencv-python-headless"}
    assert names_of(needs) == builds
    assert len({need.partition(">")[2] for need in needs}) == 1


def test_the_name_and_the_addresses_are_the_same_everywhere():
    assert PROJECT["name"] == DISTRIBUTION
    assert PROJECT["scripts"] == {DISTRIBUTION: "anpr.cli.main:main"}
    home = PROJECT["urls"]["Homepage"]
    assert all(url.startswith(home) for url in PROJECT["urls"].values())
    assert f"git clone {home}.git && cd {DISTRIBUTION}" in PAGES["README.md"]


def test_extras_that_pages_name_exist():
    named = re.compile(r"pip install '(?:\.|ocr-license-plate)\[([\w,-]+)\]'")
    extras = {
        extra
        for text in PAGES.values()
        for found in named.findall(text)
        for extra in found.split(",")
    }
    assert extras
    assert extras <= set(EXTRAS)


def test_every_python_of_ci_is_declared():
    workflow = (REPOSITORY / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    tested = re.findall(r'"(3\.\d+)"', workflow)
    declared = [c.rpartition(" ")[2] for c in PROJECT["classifiers"] if " :: 3." in c]
    assert tested == declared
    assert PROJECT["requires-python"] == f">={declared[0]}"


def test_the_changelog_begins_with_this_version():
    versions = re.findall(r"^## (.*)$", PAGES["CHANGELOG.md"], re.MULTILINE)
    assert re.fullmatch(rf"{re.escape(__version__)} \(\d{{4}}-\d\d-\d\d\)", versions[0])
    assert all(re.search(r"\(\d{4}-\d\d-\d\d\)$", version) for version in versions)


def test_the_licence_and_its_notice_are_there():
    licence = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License\n\nCopyright (c) 2026 the anpr authors")
    notice = (REPOSITORY / "NOTICE").read_text(encoding="utf-8")
    card = (REPOSITORY / "anpr" / "models" / "README.md").read_text(encoding="utf-8")
    for data_set in ("open-lpr-dataset-plate-detection", "RobertLucian/license-plate-dataset"):
        assert data_set in notice
        assert data_set in card


def test_the_container_copies_what_is_let_in():
    container = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name
        for line in re.findall(r"^COPY (.*) \S+$", container, re.MULTILINE)
        for name in line.split()
    }
    let_in = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8")
    assert copied == set(re.findall(r"^!(.*)$", let_in, re.MULTILINE))
    assert all((REPOSITORY / name).exists() for name in copied)
    assert re.search(r"^USER (?!root)\w+$", container, re.MULTILINE)


def test_the_development_extra_has_all_that_the_tests_need_of_the_others():
    needed = {"samples", "in-process", "parquet", "cloud", "cluster", "all", "benchmarks"}
    assert set().union(*(EXTRAS[name] for name in needed)) <= set(EXTRAS["dev"])
