"""The HTML of the report: a template with styles and scripts, and each photo as JSON."""

import base64
import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from anpr.decide.grammar import known_regions, region_names
from anpr.output.tables.schema import Row, to_rows
from anpr.types import FileResult, Pictures, Status

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATE = "page.html.j2"
STYLE = "report.css"
SCRIPTS = (  # in this order: each uses the ones before it
    "data.js",
    "row.js",
    "list.js",
    "bars.js",
    "review.js",
    "report.js",
)
SHOWN_COLUMNS = (
    "status",
    "text",
    "confidence",
    "alternatives",
    "character_confidences",
    "as_read",
    "why",
    "region",
    "region_probability",
    "lines",
    "reason",
)
# Within a script element, a browser interprets end tags and comments. These characters form neither
# if they are written as JSON escapes.
HTML_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


class Entry(NamedTuple):
    """One photo of the page: two JSON texts, safe within HTML."""

    values: str
    pictures: str


def load_template() -> "Template":
    """Returns the page with its styles and scripts; its variables are what differs by report."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # only --report needs it
    from markupsafe import Markup

    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style, *scripts = (Markup((STATIC / name).read_text("utf-8")) for name in (STYLE, *SCRIPTS))
    environment.globals |= {
        "style": style,
        "scripts": scripts,
        "style_hash": Markup(_csp_hash(style)),
        "script_hashes": Markup(" ".join(map(_csp_hash, scripts))),
    }
    return environment.get_template(TEMPLATE)


def entry(result: FileResult) -> Entry:
    """Returns the page's data about a photo."""
    rows = [_shown(row) for row in to_rows(result)]
    if result.status in (Status.NO_PLATE, Status.FAILED):
        rows = [{**rows[0], "status": result.status.value}]  # readings without text are no plates
    return Entry(
        html_safe_json({"path": str(result.path), "rows": rows}),
        html_safe_json(_pictures(result.pictures)),
    )


def _shown(row: Row) -> Row:
    """Returns the values of a row that the page shows, the region by its English name."""
    shown = {column: _json_value(row[column]) for column in SHOWN_COLUMNS}
    if shown["region"] in known_regions():
        shown["region"] = region_names(shown["region"])[0]
    return shown


def html_safe_json(value: Any) -> str:
    """Returns JSON that may be inserted into `<script>`, whatever strings it contains.

    The JSON is ASCII, since a file's name need not be valid in any encoding.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.translate(HTML_ESCAPES)


def _pictures(pictures: Pictures | None) -> dict[str, Any]:
    if pictures is None:
        return {"thumbnail": "", "plates": []}
    return {
        "thumbnail": _base64(pictures.thumbnail),
        "plates": [_base64(plate) for plate in pictures.plates],
    }


def _json_value(value: Any) -> Any:
    """Replaces NaN and infinity by `None`, also within lists: JSON has neither."""
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _csp_hash(text: str) -> str:
    """Returns how a Content-Security-Policy names a style or script that it allows."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
