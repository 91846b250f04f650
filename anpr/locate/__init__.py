"""Where might a plate be?"""

from typing import Protocol

from anpr.types import Candidate, Image


class Locator(Protocol):
    """Anything that finds candidates."""

    def candidates(self, gray: Image) -> list[Candidate]:
        """Returns the candidates of a gray photo, the most promising first."""
