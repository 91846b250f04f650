"""The page of tables describes every column, in order and with its type."""

import re

from anpr.decide import READ_FROM
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LISTS
from anpr.types import Status
from tests.builders import REPOSITORY
from tests.docs.pages import PAGES, in_code, tables


def kind_of(column: str) -> str:
    if column in LISTS:
        return "list"
    if column in INTEGERS:
        return "integer"
    return "number" if column in DECIMALS else "text"


def test_every_column_is_described_in_order_and_with_its_type():
    columns, *_ = tables("docs/tables.md")
    described = [(name, row["type"]) for row in columns for name in in_code(row["column"])]
    assert described == [(name, kind_of(name)) for name in COLUMNS]
    assert all(row["meaning"] for row in columns)


def test_every_status_is_described():
    _, statuses, *_ = tables("docs/tables.md")
    assert [in_code(row["status"])[0] for row in statuses] == [status.value for status in Status]
    assert f"at least {READ_FROM}." in PAGES["docs/tables.md"]


def test_every_reason_to_check_is_described():
    code = "".join(path.read_text("utf-8") for path in (REPOSITORY / "anpr/decide").glob("*.py"))
    given = re.findall(r'\bWhy\(\s*"(\w+)"', code)
    assert len(given) == code.count("Why("), "each code stands where it is given"
    _, _, reasons, *_ = tables("docs/tables.md")
    described = [in_code(row["code"])[0] for row in reasons]
    assert sorted(described) == sorted(set(given))
    assert all(row["meaning"] and row["what to do"] for row in reasons)
