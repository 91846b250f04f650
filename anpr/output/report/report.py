"""The report: one HTML file for browsing, checking and correcting all photos.

The file is self-contained: styles, scripts, values and pictures are embedded, and its
Content-Security-Policy forbids everything else. Beside this module, `page.html.j2` is the template,
and `static/` holds its style sheet and scripts.

Each photo is two JSON texts in the page: its readings, parsed at once, and its pictures, parsed
only when they scroll into view.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from anpr._version import __version__
from anpr.errors import OutputError
from anpr.models import weights
from anpr.output.atomic import ResultWriter, as_output_error, replacing
from anpr.output.report.page import Entry, entry, load_template
from anpr.types import FileResult

ID_LENGTH = 16  # of 64 hexadecimal digits: enough that no two reports share an id
BUFFERED_PIECES = 64  # pieces of the template written at once


class Report(ResultWriter):
    """Writes a report: results are spooled to an unnamed file on disk, and `close` makes the page.

    The page appears complete or not at all: an exception in the `with` block, or while the page is
    written, keeps an older report and leaves nothing beside it. To get the page of an interrupted
    run, call `close` before the block ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._template = load_template()
        self._digest = hashlib.sha256()
        with as_output_error(path):
            self._target = path.resolve()  # the target of a link, so that the link stays
            self._target.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and not path.is_file():
                raise OutputError(f"{path}: is not a file; --report takes the name of an HTML file")
            # Beside the page: the folder for temporary files is often small, or in memory.
            folder = self._target.parent
            self._spool = tempfile.TemporaryFile("w+", encoding="ascii", dir=folder)  # noqa: SIM115

    def write(self, result: FileResult) -> None:
        """Adds a photo.

        Raises:
            OutputError: No space is left.
        """
        with as_output_error(self.path):
            for line in entry(result):
                self._digest.update(line.encode("ascii"))
                self._spool.write(line + "\n")

    def close(self) -> None:
        """Writes the page; a second call does nothing.

        Raises:
            OutputError: No space is left, or the folder has been removed.
        """
        if self._spool.closed:
            return
        try:
            with as_output_error(self.path), replacing(self._target) as unfinished:
                self._write_page(unfinished)
        finally:
            self.discard()

    def discard(self) -> None:
        """Deletes the spooled results without writing a page."""
        with suppress(OSError):  # flushing them may find no space, and they are not needed
            self._spool.close()

    def _write_page(self, target: Path) -> None:
        """Streams the template, so that the page is never in memory as a whole."""
        self._spool.seek(0)
        stream = self._template.stream(
            id=self._digest.hexdigest()[:ID_LENGTH],
            created=datetime.now().astimezone(),
            version=__version__,
            model=weights.version(),
            entries=self._entries(),
        )
        stream.enable_buffering(BUFFERED_PIECES)
        # The policy's hashes hold for lines that end in "\n", so on every system they must.
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(stream)
            file.flush()
            os.fsync(file.fileno())

    def _entries(self) -> Iterator[Entry]:
        from markupsafe import Markup

        lines = (Markup(line.rstrip("\n")) for line in self._spool)
        return (Entry(*pair) for pair in zip(lines, lines, strict=True))
