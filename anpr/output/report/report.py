"""The report: one HTML file of all photos, to leaf through, to check and to correct.

The page needs nothing but itself: styles, scripts, values and pictures stand in it, and its
Content-Security-Policy forbids everything else. Beside this module: `report.html.j2` is the page,
`report.css` its looks, `report*.js` what it does.

A photo is two JSON texts in the page: what was read, parsed at once, and its pictures, parsed only
when they come into view.
"""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from anpr._version import __version__
from anpr.errors import OutputError
from anpr.models import weights
from anpr.output.atomic import RecordWriter
from anpr.output.report.page import Entry, entry, load_template
from anpr.types import FileResult

ID_LENGTH = 16  # of 64 hexadecimal digits: no two reports of a person's life share them
BUFFERED_PIECES = 64  # of the template, written together


class Report(RecordWriter):
    """Writes a report: results wait in a nameless file on disk, and `close` makes the page of them.

    A context manager. The page appears whole or not at all: an exception inside the `with` block,
    or while the page is written, leaves an older report as it was, and nothing beside it. Who
    wants the page of an interrupted run calls `close` before the block is left.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._template = load_template()
        self._digest = hashlib.sha256()
        with _explained(path):
            self._target = path.resolve()  # what a link points to, not the link
            self._target.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file():
                raise OutputError(f"{path}: is no file; --report takes the name of an HTML file")
            # Beside the page: a folder for temporary files is often small, and in memory.
            folder = self._target.parent
            self._spool = tempfile.TemporaryFile("w+", encoding="ascii", dir=folder)  # noqa: SIM115

    def write(self, result: FileResult) -> None:
        """Adds a photo.

        Raises:
            OutputError: No space left.
        """
        with _explained(self.path):
            for line in entry(result):
                self._digest.update(line.encode("ascii"))
                self._spool.write(line + "\n")

    def close(self) -> None:
        """Writes the page of what was added; a second call does nothing.

        Raises:
            OutputError: No space left, or the folder is gone.
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
        with suppress(OSError):  # what is buffered may find no space, and is not wanted any more
            self._spool.close()

    def _write_page(self, part: Path) -> None:
        """Streams the template: the page is never in memory as a whole."""
        self._spool.seek(0)
        stream = self._template.stream(
            id=self._digest.hexdigest()[:ID_LENGTH],
            created=datetime.now().astimezone(),
            version=__version__,
            model=weights.version(),
            entries=self._entries(),
        )
        stream.enable_buffering(BUFFERED_PIECES)
        # The policy's hashes are of lines that end in "\n", on any system.
        with part.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(stream)
            file.flush()
            os.fsync(file.fileno())

    def _entries(self) -> Iterator[Entry]:
        from markupsafe import Markup

        lines = (Markup(line.rstrip("\n")) for line in self._spool)
        return (Entry(*pair) for pair in zip(lines, lines, strict=True))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turns what the system says into what the user can do."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path}: cannot write the report: {error.strerror or error}; "
            "--report takes a file in a folder that may be written to and has space"
        ) from error
