"""The tutorial's lines of text."""

from collections.abc import Iterator

from anpr.types import FileResult


def cleanup_text(text: str) -> str:
    """Strips what is not ASCII, which OpenCV draws as question marks, and white space around."""
    return "".join(character for character in text if character.isascii()).strip()


def info_lines(result: FileResult) -> Iterator[str]:
    """Yields one line for each plate on which something was read."""
    for reading in result.readings:
        if reading.text:
            yield f"[INFO] {reading.text}"
