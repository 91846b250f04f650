"""The report: one HTML file of all photos, to leaf through, to check and to correct.

The page needs nothing but itself: styles, scripts, values and pictures stand in it, and its
Content-Security-Policy forbids everything else. Beside this module: `report.html.j2` is the page,
`report.css` its looks, `report*.js` what it does.

A photo is two JSON texts in the page: what was read, parsed at once, and its pictures, parsed only
when they come into view.
"""

import base64
import hashlib
import json
import math
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from anpr import models
from anpr._version import __version__
from anpr.errors import OutputError
from anpr.output.records import records
from anpr.types import FileResult, Pictures, Status

if TYPE_CHECKING:
    from jinja2 import Template

HERE = Path(__file__).parent
TEMPLATE = "report.html.j2"
STYLE = "report.css"
SCRIPTS = tuple(  # each uses those before it
    f"{name}.js"
    for name in (
        "report_data",
        "report_row",
        "report_list",
        "report_bars",
        "report_review",
        "report",
    )
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
# Within <script> a browser looks for nothing but its end tag and comments; JSON has its own escape.
HTML_ESCAPES = str.maketrans(
    {character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
)
BUFFERED_PIECES = 64  # of the template, written together


class Entry(NamedTuple):
    """One photo in the page, as JSON that may stand in HTML."""

    values: str
    pictures: str


class Report:
    """Writes a report: results wait in a nameless file on disk, and `close` makes the page of them.

    A context manager. The page appears whole or not at all: an exception inside the `with` block,
    or while the page is written, leaves an older report as it was, and nothing beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._template = _load_template(path)
        self._digest = hashlib.sha256()
        with _explained(path):
            self._target = path.resolve()  # what a link points to, not the link
            self._target.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file():
                raise OutputError(f"{path}: is no file; --report takes the name of an HTML file")
            # Beside the page: a folder for temporary files is often small, and in memory.
            self._spool = tempfile.TemporaryFile(  # noqa: SIM115: `discard` closes it
                "w+", encoding="ascii", dir=self._target.parent
            )

    def write(self, result: FileResult) -> None:
        """Adds a photo.

        Raises:
            OutputError: No space, or no folder any more.
        """
        entry = _entry(result)
        with _explained(self.path):
            for line in entry:
                self._digest.update(line.encode("ascii"))
                self._spool.write(line + "\n")

    def close(self) -> None:
        """Writes the page of what was added; a second call does nothing.

        Raises:
            OutputError: No space, or no folder any more.
        """
        if self._spool.closed:
            return
        part = self._target.with_name(f".{uuid.uuid4().hex}.part")  # the page's own may be long
        try:
            with _explained(self.path):
                self._write_page(part)
                part.replace(self._target)
        finally:
            self.discard()
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def discard(self) -> None:
        """Forgets what was added; the page is not written."""
        with suppress(OSError):  # what is buffered may find no space; it is not wanted any more
            self._spool.close()

    def __enter__(self) -> "Report":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.discard()

    def _write_page(self, part: Path) -> None:
        self._spool.seek(0)
        stream = self._template.stream(
            id=self._digest.hexdigest()[:16],
            created=datetime.now().astimezone(),
            version=__version__,
            model=models.version(),
            entries=self._entries(),
        )
        stream.enable_buffering(BUFFERED_PIECES)
        with part.open("x", encoding="utf-8", newline="\n") as file:  # the policy's hashes count it
            file.writelines(stream)
            file.flush()
            os.fsync(file.fileno())

    def _entries(self) -> Iterator[Entry]:
        from markupsafe import Markup

        lines = (Markup(line.rstrip("\n")) for line in self._spool)
        for values, pictures in zip(lines, lines, strict=True):
            yield Entry(values, pictures)


def open_report(path: Path) -> Report:
    """Opens a report.

    Args:
        path: Where the page goes. Missing folders are made; an older report is replaced once the
            new one is whole.

    Raises:
        OutputError: Nothing can be written there, or the package `jinja2` is missing.
    """
    return Report(path)


def _load_template(path: Path) -> "Template":
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
        from markupsafe import Markup
    except ImportError as error:
        raise OutputError(f"{path}: jinja2 is missing; pip install 'anpr[report]'") from error
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    style, *scripts = (Markup((HERE / name).read_text("utf-8")) for name in (STYLE, *SCRIPTS))
    environment.globals |= {
        "style": style,
        "scripts": scripts,
        "style_hashes": Markup(_csp_hash(style)),
        "script_hashes": Markup(" ".join(map(_csp_hash, scripts))),
    }
    return environment.get_template(TEMPLATE)


def _csp_hash(text: str) -> str:
    """Names a style or script that may run, as the Content-Security-Policy has it."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _entry(result: FileResult) -> Entry:
    rows = [{column: _shown(row[column]) for column in SHOWN} for row in records(result)]
    if result.status in (Status.NO_PLATE, Status.FAILED):
        rows = [{**rows[0], "status": result.status.value}]  # places without text are no plates
    return Entry(
        _html_safe_json({"path": str(result.path), "rows": rows}),
        _html_safe_json(_pictures(result.pictures)),
    )


def _pictures(pictures: Pictures | None) -> dict[str, Any]:
    if pictures is None:
        return {"thumbnail": "", "plates": []}
    thumbnail, *plates = (
        base64.b64encode(jpeg).decode("ascii") for jpeg in (pictures.thumbnail, *pictures.plates)
    )
    return {"thumbnail": thumbnail, "plates": plates}


def _shown(value: Any) -> Any:
    """Rounds what is a fraction, also within lists; what is no number at all becomes None."""
    if isinstance(value, list | tuple):
        return [_shown(item) for item in value]
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value


def _html_safe_json(value: Any) -> str:
    """JSON in ASCII that may stand within `<script>`, whatever texts it holds.

    In ASCII, because a file's name need not be valid in any encoding.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return text.translate(HTML_ESCAPES)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what the system says into what the user can do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: cannot write the report: {error.strerror or error}; "
            "--report takes a file in a folder with space that may be written to"
        ) from error
