"""What does a plate say?"""

from typing import Protocol

from anpr.types import Plate, Reading


class Recognizer(Protocol):
    """Anything that reads a plate."""

    def read(self, plate: Plate) -> Reading:
        """Returns what the plate says; `text=""` if no character was recognised."""
