"""The schema: columns and rows of every table, whatever its format.

A plate is one row; a photo without plates is one row, too. In the order of the columns:

====================== ======================================================================
path                   the photo, as it was given or found: a path or a URL
status                 READ, CHECK (needs a person), NO_PLATE or FAILED
text                   the plate, A-Z and 0-9, top line first; empty if nothing was read
confidence             probability that the whole text is right, 0 to 1
alternatives           other texts it could be: pairs of text and probability, likeliest first
character_confidences  probability that each character is right, 0 to 1
as_read                the most probable text by what was seen alone, without any format
why                    why a person should check it, as `code: phrase`; empty if READ
region                 the region whose formats explain the text; empty if none does by half
region_probability     probability that the plate is from that region, 0 to 1
lines                  number of lines of text on the plate
x1, y1 ... x4, y4      corners of the plate in the photo, px, clockwise from the top left
box_x ... box_height   the upright box around it, px
score                  the locator's probability that there is a plate, 0 to 1
reason                 why the photo failed, or which copy could not be written and why
decode_ms, read_ms     time the photo took, all its plates together
schema                 version of this schema
software, model        versions of anpr and of its weights
plates                 number of plates in the photo, each of which is a row
file_size              size of the photo's file, bytes; empty for a URL
file_mtime_ns          last change of the file, nanoseconds since 1970; empty for a URL
options                options that decide what is read, as typed; empty if all are defaults
====================== ======================================================================

Fields that do not apply are empty. The schema's version rises when a column is removed or changes
its meaning; new columns are added at the end.
"""

from typing import Any

from anpr._version import __version__
from anpr.models import weights
from anpr.types import BOX_COLUMNS, CORNER_COLUMNS, Box, Candidate, FileResult, Reading

SCHEMA_VERSION = 2

PLATE_COLUMNS = tuple(Reading("", Candidate.filling(Box(0, 0, 1, 1))).to_dict())
"""Columns that describe one plate. `Reading.to_dict` is the one place that names them."""
VERSION_COLUMNS = ("schema", "software", "model")
PHOTO_COLUMNS = (
    "reason",
    "decode_ms",
    "read_ms",
    *VERSION_COLUMNS,
    "plates",
    "file_size",
    "file_mtime_ns",
    "options",
)
"""Columns that describe the photo, the same in each of its rows."""
COLUMNS = ("path", *PLATE_COLUMNS, *PHOTO_COLUMNS)
"""All columns, in order."""
LISTS = ("alternatives", "character_confidences")
"""Columns that hold a list; all others hold one value."""
LONG_INTEGERS = ("file_size", "file_mtime_ns")
"""Columns of integers that may need more than 32 bits."""
INTEGERS = ("lines", *BOX_COLUMNS, "schema", "plates", *LONG_INTEGERS)
"""Columns that hold one integer."""
CONFIDENCE_DECIMALS = 4  # finer than any calibration
DECIMALS = {
    **dict.fromkeys(("confidence", "region_probability", "score"), CONFIDENCE_DECIMALS),
    **dict.fromkeys(CORNER_COLUMNS, 1),  # px: no corner is located more precisely
    **dict.fromkeys(("decode_ms", "read_ms"), 2),
}
"""Columns that hold one fractional number, and the decimals it is rounded to in every format."""

Row = dict[str, Any]
"""Values of one row by column."""


def to_rows(result: FileResult) -> list[Row]:
    """Returns a row for each plate of a photo, or one row for a photo without plates.

    Returns:
        Dictionaries with the keys `COLUMNS`, in that order. Values are str, int, float or `None`,
        and lists in `LISTS`. Numbers are rounded.
    """
    photo = {
        "path": str(result.path),
        "status": result.status.value,
        "text": "",
        "reason": result.reason or result.unwritten,
        "decode_ms": result.timings.decode_ms,
        "read_ms": result.timings.read_ms,
        **versions(),
        "plates": len(result.readings),
        "file_size": result.stamp.size,
        "file_mtime_ns": result.stamp.mtime_ns,
        "options": result.options,
    }
    plates = [reading.to_dict() for reading in result.readings] or [{}]
    empty: Row = {column: [] if column in LISTS else None for column in COLUMNS}
    return [_rounded({**empty, **photo, **plate}) for plate in plates]


def versions() -> Row:
    """Returns the versions that produce a row, with the keys `VERSION_COLUMNS`."""
    producers = (SCHEMA_VERSION, f"anpr {__version__}", weights.version())
    return dict(zip(VERSION_COLUMNS, producers, strict=True))


def _rounded(row: Row) -> Row:
    numbers = {column: _round(row[column], decimals) for column, decimals in DECIMALS.items()}
    confidences = [_round(value, CONFIDENCE_DECIMALS) for value in row["character_confidences"]]
    alternatives = [
        [text, _round(value, CONFIDENCE_DECIMALS)] for text, value in row["alternatives"]
    ]
    return {
        **row,
        **numbers,
        "alternatives": alternatives,
        "character_confidences": confidences,
    }


def _round(value: float | None, decimals: int) -> float | None:
    return None if value is None else round(float(value), decimals)
