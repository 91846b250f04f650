"""The reader: a small convolutional network with a CTC head for two rows of text.

Input: the canvas of ``anpr/read/canvas.py``, (N, 1, 48, width) float32, named ``canvas``. Output:
(N, 2, width / 4, 37) float32 log-probabilities: the first row reads the first line of the plate
from left to right, the second row the second line, and is all blank on a one-line plate. A crop
without a plate is all blank. Classes: ``anpr/read/ctc.py``. Exported without the softmax: output
(N, 2 * 37, 1, width / 4), named ``scores``.

Decoding (greedy): best class of every step, each 4 px wide; within each row drop repeats, then
blanks; join the rows. The rows are separate: a character that ends the first row and begins the
second is two.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from anpr.read.ctc import CLASS_COUNT

ROWS = 2
STEP_PX = 4  # along the plate: 36 steps on 144 px, for at most 12 characters and their blanks
DROPOUT = 0.05  # a little: there are more plates than the network can remember


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

    The layer that takes in whole columns is what reads two-line plates: every step sees its whole
    column, so it can tell whether there is a second line, and which small print is none.
    """

    def __init__(self, body: nn.Sequential, channels: int, columns: int) -> None:
        """A network of a body that leaves ``channels`` on 3 rows, and ``columns`` channels after.

        Args:
            body: (N, 1, 48, W) -> (N, channels, 3, W / 4).
            channels: that the body gives.
            columns: of the two layers along the plate.
        """
        super().__init__()
        self.body = body
        self.columns = nn.Sequential(
            _layer(channels, columns, kernel=3, padding=(0, 1)),  # 1 x 36
            _layer(columns, columns, kernel=(1, 7), padding=(0, 3)),
            nn.Dropout(DROPOUT),
        )
        self.head = nn.Conv2d(columns, ROWS * CLASS_COUNT, 1)

    def forward(self, canvas: Tensor) -> Tensor:
        """(N, 1, 48, W) standardised pixels -> (N, 2, W / 4, 37) log-probabilities."""
        rows = self.scores(canvas).float().unflatten(1, (ROWS, CLASS_COUNT)).squeeze(3)
        return torch.log_softmax(rows.transpose(2, 3), dim=3)

    def scores(self, canvas: Tensor) -> Tensor:
        """(N, 1, 48, W) standardised pixels -> (N, 2 * 37, 1, W / 4), before the softmax."""
        scores: Tensor = self.head(self.columns(self.body(canvas)))
        return scores


class Scores(nn.Module):
    """A reader as it is exported: ``anpr.read.ctc.probabilities_of`` does the rest.

    OpenCV takes five layers and twice the time for a softmax over rows of classes.
    """

    def __init__(self, reader: ReaderNetwork) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, canvas: Tensor) -> Tensor:
        """See ``ReaderNetwork.scores``."""
        return self.reader.scores(canvas)


def reader_network() -> ReaderNetwork:
    """The reader, and the reader of single lines."""
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
    """A third of the reader's arithmetic, for the plates that are easy.

    Its 3 x 3 layers stay on 12 rows: below that OpenCV has no Winograd convolution for them, and
    takes twice as long for as much arithmetic.
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
