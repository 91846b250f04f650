"""The page of options is what the parser, the exit codes and the regions make of it."""

from docs.options import PAGE, updated
from tests.docs.pages import PAGES


def test_the_page_is_up_to_date():
    page = PAGE.read_text(encoding="utf-8")
    assert updated(page) == page, "run: python -m docs.options"


def test_options_codes_and_regions_are_in_it():
    page = PAGES["docs/options.md"]
    for cell in ("`--clear-border {-1,0,1}`", "| 7 | the weights", "| `us-ca` | California |"):
        assert cell in page


def test_the_number_of_cores_of_one_machine_is_not_in_it(monkeypatch):
    page = PAGE.read_text(encoding="utf-8")
    for module in ("anpr.cli.arguments", "docs.options"):
        monkeypatch.setattr(f"{module}.default_worker_count", lambda: 97)
    assert updated(page) == page
