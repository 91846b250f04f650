"""The locator: a network that finds plates in a photo, and one that finds a plate's corners.

Finder. Input ``photo``: (N, 16, H / 4, W / 4) float32, a gray photo as
``anpr.locate.locator_input.detector_input`` makes it; H and W divide by 32. Output ``cells``:
(N, 5, H / 8, W / 8): the logit that the centre of a plate lies in the cell; from the middle of the
cell to that centre, x and y in cells; the logarithms of the width and height of the plate's box in
cells.

Corner finder. Input ``window``: (N, 1, 64, 128) float32, the surroundings of a box of the finder,
``anpr.locate.locator_input.cut_window``, standardised. Output ``corners``: (N, 9): the logit that there
is a plate; x and y of its corners, clockwise from the top left of its text, from -1 to 1 across
the window.
"""

from __future__ import annotations

import math

from torch import Tensor, nn

from anpr.locate.locator_input import STEM, WINDOW_HW

PRIOR = 0.01  # about the share of cells that hold a plate: training begins from there
CORNERS = 4


def _layer(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class DetectorNetwork(nn.Module):
    """Down to a 32nd of the photo, where a plate that fills it is seen whole, and up to an 8th.

    An 8th tells apart two plates a few pixels from each other, and is cheap enough for every photo.
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
        """(N, 16, H / 4, W / 4) -> (N, 5, H / 8, W / 8)."""
        eighth = self.eighth(photo)
        sixteenth = self.sixteenth(eighth)
        context = self.enlarge(self.thirtysecond(sixteenth))
        middle = self.enlarge(self.sixteenth_again(sixteenth + context))
        cells: Tensor = self.head(self.eighth_again(eighth + middle))
        return cells


class CornerNetwork(nn.Module):
    """Looks at one window, and says where each corner is from all that it sees."""

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
        """(N, 1, 64, 128) -> (N, 9)."""
        corners: Tensor = self.body(window)
        return corners
