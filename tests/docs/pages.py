"""The pages of the documentation, and what stands in them."""

import re
from pathlib import Path

from tests.builders import REPOSITORY

PAGES = {
    str(path.relative_to(REPOSITORY)): path.read_text(encoding="utf-8")
    for path in (
        *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
        *sorted((REPOSITORY / "docs").glob("*.md")),
    )
}
"""The text of each page by its path in the repository."""


def blocks(page: str, language: str) -> list[str]:
    """Returns the code blocks of a page that are in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGES[page], re.DOTALL | re.MULTILINE)


def sessions(page: str) -> list[tuple[str, str]]:
    """Returns each command of a page's console blocks, with the output that is shown."""
    return [
        session
        for block in blocks(page, "console")
        for session in re.findall(r"^\$ (.*)\n((?:[^$\n].*\n)*)", block, re.MULTILINE)
    ]


def tables(page: str) -> list[list[dict[str, str]]]:
    """Returns the tables of a page: for each row, its cells by the names of the columns."""
    found = re.findall(r"(?:^\|.*\|\n)+", PAGES[page], re.MULTILINE)
    return [_rows(table.splitlines()) for table in found]


def links(page: str) -> list[str]:
    """Returns the targets of a page's links and pictures, but for those elsewhere on the web."""
    targets = re.findall(r"\]\(([^)]*)\)", PAGES[page])
    return [target for target in targets if "://" not in target]


def anchors(text: str) -> set[str]:
    """Returns the names of a page's headings, as links refer to them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def in_code(text: str) -> list[str]:
    """Returns what stands in backticks."""
    return re.findall(r"`([^`]*)`", text)


def resolved(page: str, link: str) -> tuple[Path, str]:
    """Returns the file that a link of a page refers to, and the heading in it."""
    name, _, heading = link.partition("#")
    return ((REPOSITORY / page).parent / name if name else REPOSITORY / page), heading


def _rows(lines: list[str]) -> list[dict[str, str]]:
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [dict(zip(header, row, strict=True)) for row in rows]
