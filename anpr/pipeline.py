"""The order of the stages: an image becomes readings."""

from dataclasses import dataclass, replace

from anpr.images import check_image, fit_width, to_gray
from anpr.locate import Locator
from anpr.plate import MAX_ASPECT_RATIO, MIN_ASPECT_RATIO, cut_out, first_plate_shaped
from anpr.read import Reader
from anpr.types import Image, Reading, Show


@dataclass(frozen=True)
class TutorialPipeline:
    """Candidates, the first of a plate's shape, its characters: at most one plate a photo."""

    locator: Locator
    reader: Reader
    show: Show
    clear_borders: bool = False
    min_ar: float = MIN_ASPECT_RATIO
    max_ar: float = MAX_ASPECT_RATIO

    def read(self, image: Image) -> list[Reading]:
        """Reads the plate of a photo.

        Args:
            image: uint8, gray, BGR or BGRA, of any size.

        Returns:
            One reading, in pixels of `image`, or none.

        Raises:
            AnprError: The reader failed, or the image is none.
        """
        check_image(image)
        small = to_gray(fit_width(image))
        candidates = self.locator.candidates(small)
        candidate = first_plate_shaped(candidates, self.min_ar, self.max_ar)
        if candidate is None:
            return []
        plate = cut_out(small, candidate, self.clear_borders)
        self.show("License Plate", plate.gray, False)
        self.show("ROI", plate.roi, True)
        reading = self.reader.read(plate)
        return [replace(reading, candidate=candidate.scaled(image.shape[1] / small.shape[1]))]
