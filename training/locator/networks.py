"""The locator's networks: one detects plates in a photo, the other finds a plate's corners.

Detector. Input `photo`: float32, (n, 16, h / 4, w / 4), a gray photo as `detector_input` of
`anpr/locate/locator_input.py` makes it; h and w are multiples of 32. Output `cells`:
(n, 5, h / 8, w / 8). Its channels are the logit that the centre of a plate lies in the cell; x and
y from the middle of the cell to that centre, in cells; the logarithms of the width and the height
of the plate's box, in cells.

Corner regressor. Input `window`: float32, (n, 1, 64, 128), a detected box with its surroundings,
as `cut_window` of the same file cuts it, standardised. Output `corners`: (n, 9). It holds the logit
that there is a plate, then x and y of its four corners, clockwise from the top left of its text,
from -1 to 1 across the window.
"""

from __future__ import annotations

import math

from torch import Tensor, nn

from anpr.locate.locator_input import STEM, WINDOW_HW

PRIOR = 0.01  # initial probability of a plate: about the share of cells that hold one
CORNERS = 4


def _layer(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class DetectorNetwork(nn.Module):
    """The detector: layers down to 1/32 of the photo's size and up again to 1/8.

    At 1/32 a cell covers even a plate that fills the photo. At 1/8 two plates a few pixels apart
    stay separate, and the network is fast enough for every photo.
    """

    def __init__(self) -> None:
        super().__init__()
        self.eighth = nn.Sequential(_layer(STEM * STEM, 24), _layer(24, 40, stride=2))
        self.sixteenth = nn.Sequential(_layer(40, 72, stride=2), _layer(72, 72))
        self.thirtysecond = nn.Sequential(
            _layer(72, 84, stride=2), _layer(84, 84), _layer(84, 84), _layer(84, 72, kernel=1)
        )
        self.sixteenth_again = nn.Sequential(_layer(72, 72), _layer(72, 40, kernel=1))
        self.eighth_again = _layer(40, 40)
        self.head = nn.Conv2d(40, 5, 1)
        self.enlarge = nn.Upsample(scale_factor=2, mode="nearest")
        assert self.head.bias is not None
        nn.init.zeros_(self.head.bias)
        nn.init.constant_(self.head.bias[:1], math.log(PRIOR / (1 - PRIOR)))

    def forward(self, photo: Tensor) -> Tensor:
        """Turns a photo (n, 16, h / 4, w / 4) into cells (n, 5, h / 8, w / 8)."""
        eighth = self.eighth(photo)
        sixteenth = self.sixteenth(eighth)
        context = self.enlarge(self.thirtysecond(sixteenth))
        middle = self.enlarge(self.sixteenth_again(sixteenth + context))
        cells: Tensor = self.head(self.eighth_again(eighth + middle))
        return cells


class CornerNetwork(nn.Module):
    """The corner regressor: fully connected layers find each corner from the whole window."""

    def __init__(self) -> None:
        super().__init__()
        rows, columns = WINDOW_HW[0] // 16, WINDOW_HW[1] // 16
        self.body = nn.Sequential(
            _layer(1, 16, kernel=5, stride=2),
            _layer(16, 24, stride=2),
            _layer(24, 48, stride=2),
            _layer(48, 48),
            _layer(48, 64, stride=2),
            _layer(64, 64),
            _layer(64, 16, kernel=1),
            nn.Flatten(),
            nn.Linear(16 * rows * columns, 96),
            nn.ReLU(inplace=True),
            nn.Linear(96, 1 + 2 * CORNERS),
        )

    def forward(self, window: Tensor) -> Tensor:
        """Turns windows (n, 1, 64, 128) into corners (n, 9)."""
        corners: Tensor = self.body(window)
        return corners
