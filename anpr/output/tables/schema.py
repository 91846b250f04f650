"""The records: what every table, whatever its format, says of a photo.

One row a plate, and one for a photo without any. The schema, in the order of the columns:

====================== ======================================================================
path                   the photo, as it was given or found: a path or a URL
status                 READ, CHECK (a person should look), NO_PLATE or FAILED
text                   the plate, A-Z and 0-9, top line first; empty where there is none
confidence             how likely the whole text is right, 0 to 1
alternatives           what else it might say: pairs of text and confidence, likeliest first
character_confidences  how likely each character is right, 0 to 1
as_read                the text before national formats settled look-alikes
second_opinion         what the second reader read, where it was asked
region                 the region whose formats the text fits best
lines                  lines of text on the plate
x1, y1 ... x4, y4      corners of the plate in the photo, px, clockwise from the top left
box_x ... box_height   the upright box around it, px
score                  how likely there is a plate, 0 to 1, by the locator
reason                 why the photo failed, or what could not be written
decode_ms, read_ms     what the photo took, all its plates together
schema                 version of this schema
software, model        versions of anpr and of its weights
plates                 how many plates the photo has, each a row
file_size              of the photo, bytes; of files alone
file_mtime_ns          when the file was last changed, nanoseconds since 1970
options                the options that decided what was read, as typed; empty: the defaults
====================== ======================================================================

What a photo has nothing to say of is empty. The schema's version rises when a column changes its
meaning or goes; new columns come last.
"""

from typing import Any

from anpr._version import __version__
from anpr.models import weights
from anpr.types import FileResult

SCHEMA_VERSION = 1
CORNERS = tuple(f"{axis}{corner}" for corner in (1, 2, 3, 4) for axis in "xy")
BOX = tuple(f"box_{side}" for side in ("x", "y", "width", "height"))
ABOUT_PLATES = (
    "confidence",
    "alternatives",
    "character_confidences",
    "as_read",
    "second_opinion",
    "region",
    "lines",
    *CORNERS,
    *BOX,
    "score",
)
VERSIONS = ("schema", "software", "model")
ABOUT_FILES = ("plates", "file_size", "file_mtime_ns")
ABOUT_PHOTOS = ("reason", "decode_ms", "read_ms", *VERSIONS, *ABOUT_FILES, "options")
COLUMNS = ("path", "status", "text", *ABOUT_PLATES, *ABOUT_PHOTOS)
LISTS = ("alternatives", "character_confidences")
"""Columns that hold a list, empty where there is nothing to say; all others hold one value."""
LONG_INTEGERS = ("file_size", "file_mtime_ns")
"""Columns of integers that 32 bits may not hold."""
INTEGERS = ("lines", *BOX, "schema", "plates", *LONG_INTEGERS)
CONFIDENCE_DECIMALS = 4  # more than any calibration is good for
DECIMALS = {
    **dict.fromkeys(("confidence", "score"), CONFIDENCE_DECIMALS),
    **dict.fromkeys(CORNERS, 1),  # px: no corner is found more exactly
    **dict.fromkeys(("decode_ms", "read_ms"), 2),
}
"""Columns that hold one fractional number, and what they are rounded to in every format."""


def records(result: FileResult) -> list[dict[str, Any]]:
    """Returns a row for each plate of a photo, or the one row of a photo without any.

    Returns:
        Dictionaries with the keys COLUMNS, in that order. Values are str, int, float or None, and
        lists in LISTS. Numbers are rounded.
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
    empty: dict[str, Any] = {column: [] if column in LISTS else None for column in COLUMNS}
    return [_rounded({**empty, **photo, **plate}) for plate in plates]


def versions() -> dict[str, Any]:
    """What made a row, by the columns VERSIONS."""
    made_by = (SCHEMA_VERSION, f"anpr {__version__}", weights.version())
    return dict(zip(VERSIONS, made_by, strict=True))


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    numbers = {column: _round(row[column], places) for column, places in DECIMALS.items()}
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


def _round(value: float | None, places: int) -> float | None:
    return None if value is None else round(float(value), places)
