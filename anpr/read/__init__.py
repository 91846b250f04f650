"""What is seen on a plate?"""

from typing import Protocol

from anpr.types import Evidence, Plate, Reading


class Recognizer(Protocol):
    """Anything that reads a plate."""

    def observe(self, plate: Plate) -> Evidence:
        """Returns evidence of the plate's text, for whoever decides what it says."""

    def read(self, plate: Plate) -> Reading:
        """Returns what the plate says by what is seen alone; `text=""` if that is nothing."""
