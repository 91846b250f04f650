"""The page of the report: its template with styles and scripts, and photos as JSON within it."""

import base64
import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from anpr.output.tables.schema import records
from anpr.types import FileResult, Pictures, Status

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATE = "page.html.j2"
STYLE = "report.css"
SCRIPTS = (  # each uses those before it
    "data.js",
    "row.js",
    "list.js",
    "bars.js",
    "review.js",
    "report.js",
)
SHOWN = (
    "status",
    "text",
    "confidence",
    "alternatives",
    "character_confidences",
    "as_read",
    "second_opinion",
    "region",
    "lines",
    "reason",
)
DIGITS = 4  # of a confidence: more than any person tells apart
# In a script's text a browser sees only the end tag and comments; these JSON escapes have neither.
HTML_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


class Entry(NamedTuple):
    """One photo in the page, as JSON that may stand in HTML."""

    values: str
    pictures: str


def load_template() -> "Template":
    """Returns the page with its styles and scripts, a template of what differs by report."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # with --report alone
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
    """Returns what the page knows of a photo."""
    rows = [{column: _shown(row[column]) for column in SHOWN} for row in records(result)]
    if result.status in (Status.NO_PLATE, Status.FAILED):
        rows = [{**rows[0], "status": result.status.value}]  # places without text are no plates
    return Entry(
        html_safe_json({"path": str(result.path), "rows": rows}),
        html_safe_json(_pictures(result.pictures)),
    )


def html_safe_json(value: Any) -> str:
    """Returns JSON in ASCII that may stand within `<script>`, whatever texts it holds.

    In ASCII, because a file's name need not be valid in any encoding.
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


def _shown(value: Any) -> Any:
    """Rounds what is a fraction, also within lists; what is no number at all becomes None."""
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value


def _csp_hash(text: str) -> str:
    """Names a style or script that may run, as the Content-Security-Policy has it."""
    return f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
