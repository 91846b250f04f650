"""Builds the label files that the tests of the benchmarks share."""

from pathlib import Path

from tests.builders import PLATE_TEXT, PLATE_XYWH

HEADER = "photo,xmin,ymin,xmax,ymax,text,also,lines,use,ambiguous,split\n"


def write_labels(path: Path, *rows: str) -> Path:
    """Writes a `plates.csv` with these rows."""
    path.write_text(HEADER + "".join(row + "\n" for row in rows), encoding="utf-8")
    return path


def drawn_plate_row(
    photo: str, text: str = PLATE_TEXT, use: str = "yes", split: str = "validation"
) -> str:
    """Returns a row with the box of the plate in the drawn scene."""
    x, y, width, height = PLATE_XYWH
    return f"{photo},{x},{y},{x + width},{y + height},{text},,1,{use},,{split}"
