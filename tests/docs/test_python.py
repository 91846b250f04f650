"""The page for Python describes every public name."""

import re
from dataclasses import fields

import anpr
from anpr import PlateReader, Reading
from tests.docs.pages import PAGES, in_code, tables


def test_every_public_name_has_a_heading():
    headings = re.findall(r"^## (.*)$", PAGES["docs/python.md"], re.MULTILINE)
    assert sorted(name for heading in headings for name in in_code(heading)) == sorted(anpr.__all__)


def test_arguments_and_attributes_are_real():
    arguments, attributes = tables("docs/python.md")
    described = {name for row in arguments for name in in_code(row["argument"])}
    assert described <= {field.name for field in fields(PlateReader)}
    described = {name for row in attributes for name in in_code(row["attribute"])}
    assert described == {field.name for field in fields(Reading)}
