"""What does a plate say?"""

from typing import Protocol

from anpr.types import Plate, Reading


class Reader(Protocol):
    """Anything that reads a plate."""

    def read(self, plate: Plate) -> Reading:
        """Returns what the plate says; a text of no characters where it says nothing."""
