"""The readers: small convolutional networks with a CTC head for two rows of text.

Input: float32, (n, 1, 48, width), as `anpr/read/reader_input.py` makes it. Output: log
probabilities, float32, (n, 2, width / 4, 37). The first row is the first line of the plate from
left to right; the second row is the second line, all blank if the plate has one line. Both are all
blank if there is no plate. The classes are those of `anpr/read/ctc.py`. In an exported file
the input is named `canvas`, and the output `scores` is (n, 2 * 37, 1, width / 4), without the
softmax.

Greedy decoding: take the best class of every step (4 px); within each row drop repeats, then
blanks; join the rows. The rows are separate: a character that ends the first row and begins the
second one is two characters.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from anpr.read.ctc import CLASS_COUNT

ROWS = 2
STEP_PX = 4  # along the plate: 36 steps on 144 px, for at most 12 characters and their blanks
DROPOUT = 0.05  # low, since there are more plates than the network can memorise


def _layer(
    inputs: int,
    outputs: int,
    kernel: int | tuple[int, int] = 3,
    stride: int | tuple[int, int] = 1,
    padding: int | tuple[int, int] = 1,
) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class ReaderNetwork(nn.Module):
    """Plain convolutions, then two layers along the plate, then two rows of classes.

    The layer over whole columns makes two-line plates readable: every step covers its whole
    column, and so determines whether there is a second line or only small print.
    """

    def __init__(self, body: nn.Sequential, channels: int, columns: int) -> None:
        """Adds the layers after the body.

        Args:
            body: Turns (n, 1, 48, w) into (n, channels, 3, w / 4).
            channels: Number of channels of the body's output.
            columns: Number of channels of the two layers along the plate.
        """
        super().__init__()
        self.body = body
        self.columns = nn.Sequential(
            _layer(channels, columns, kernel=3, padding=(0, 1)),  # 1 x 36
            _layer(columns, columns, kernel=(1, 7), padding=(0, 3)),
            nn.Dropout(DROPOUT),
        )
        self.head = nn.Conv2d(columns, ROWS * CLASS_COUNT, 1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Turns standardised pixels (n, 1, 48, w) into log probabilities (n, 2, w / 4, 37)."""
        rows = self.scores(pixels).float().unflatten(1, (ROWS, CLASS_COUNT)).squeeze(3)
        return torch.log_softmax(rows.transpose(2, 3), dim=3)

    def scores(self, pixels: Tensor) -> Tensor:
        """Turns standardised pixels (n, 1, 48, w) into scores (n, 2 * 37, 1, w / 4)."""
        scores: Tensor = self.head(self.columns(self.body(pixels)))
        return scores


class Scores(nn.Module):
    """A reader as it is exported, without the softmax, which `anpr.read.ctc` computes.

    In OpenCV a softmax over rows of classes takes five layers and doubles the time.
    """

    def __init__(self, reader: ReaderNetwork) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, pixels: Tensor) -> Tensor:
        """See `ReaderNetwork.scores`."""
        return self.reader.scores(pixels)


def reader_network() -> ReaderNetwork:
    """Makes the large network, which is also used for single lines."""
    body = nn.Sequential(
        _layer(1, 24, kernel=5, stride=2, padding=2),  # 24 x 72
        _layer(24, 48, stride=2),  # 12 x 36
        _layer(48, 64),
        _layer(64, 96),
        nn.MaxPool2d((2, 1)),  # 6 x 36
        _layer(96, 128),
        _layer(128, 128),
        nn.MaxPool2d((2, 1)),  # 3 x 36
    )
    return ReaderNetwork(body, 128, 160)


def fast_network() -> ReaderNetwork:
    """Makes the fast network for the easy plates, with a third of the large one's arithmetic.

    Its 3 x 3 layers stay on 12 rows: with fewer, OpenCV has no Winograd convolution for them and
    takes twice as long for the same arithmetic.
    """
    body = nn.Sequential(
        _layer(1, 16, stride=2),  # 24 x 72
        _layer(16, 32, stride=2),  # 12 x 36
        _layer(32, 48),
        _layer(48, 48),
        _layer(48, 64),
        nn.MaxPool2d((4, 1)),  # 3 x 36
    )
    return ReaderNetwork(body, 64, 96)
