"""The page of the architecture lists every room and file, on the floors that the contract names."""

import re
from itertools import groupby
from pathlib import Path

from tests.builders import REPOSITORY
from tests.docs.pages import in_code, tables

PACKAGE = REPOSITORY / "anpr"


def rooms_of_the_package() -> dict[str, set[str]]:
    """The files of each room; a module is a room without files of its own."""
    folders = [path for path in PACKAGE.rglob("*") if path.is_dir() and any(path.glob("*.py"))]
    rooms = {f"{folder.relative_to(PACKAGE)}/": files_of(folder) for folder in folders}
    return rooms | {name: set() for name in files_of(PACKAGE)}


def files_of(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.py")} - {"__init__.py"}


def rows() -> list[dict[str, str]]:
    return next(table for table in tables("docs/architecture.md") if "room" in table[0])


def test_every_room_and_every_file_has_its_line():
    listed = [(in_code(row["room"])[0], in_code(row["files"])) for row in rows()]
    assert {room: set(files) for room, files in listed} == rooms_of_the_package()
    assert len(listed) == len(rooms_of_the_package())
    assert all(row["what it does"] for row in rows())


def test_the_floors_are_those_that_the_contract_checks():
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    layers = re.search(r'type = "layers".*?layers = \[(.*?)\]', project, re.DOTALL)[1]
    contract = [set(re.findall(r"\w+", layer)) for layer in re.findall(r'"(.*?)"', layers)]
    by_floor = groupby(rows(), key=lambda row: int(row["floor"]))
    shown = {floor: {room_name(row) for row in group} for floor, group in by_floor}
    assert list(shown) == sorted(shown, reverse=True)
    assert list(shown.values()) == contract


def room_name(row: dict[str, str]) -> str:
    return in_code(row["room"])[0].split("/")[0].removesuffix(".py")


def test_the_other_folders_are_those_of_the_repository():
    listed = {in_code(row["folder"])[0] for row in tables("docs/architecture.md")[-1]}
    assert listed == {
        f"{name}/"
        for name in ("training", "rendering", "benchmarks", "tests", "docs", "license_plates")
    }
    assert all((REPOSITORY / name).is_dir() for name in listed)
