"""Debug windows that only record what they are shown."""

from anpr.types import Image


class RecordingWindows:
    """Records the title and the shape of every image, and whether a key was waited for."""

    def __init__(self, is_visible: bool = True) -> None:
        self.is_visible = is_visible
        self.shown: list[tuple[str, tuple[int, ...], bool]] = []

    def begin(self, photo: str) -> None:
        """Ignores the name of the photo."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        self.shown.append((title, image.shape, wait))
