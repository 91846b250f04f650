"""The reader: a small convolutional network with a CTC head for two rows of text.

Input: the canvas of ``anpr/read/canvas.py``, (N, 1, 48, width) float32, named ``canvas``. Output:
(N, 2, width / 4, 37) float32 log-probabilities, named ``log_probabilities``: the first row reads
the first line of the plate from left to right, the second row the second line, and is all blank on
a one-line plate. A crop without a plate is all blank. Classes: ``anpr/read/ctc.py``.

Decoding (greedy): best class of every step, each 4 px wide; within each row drop repeats, then
blanks; join the rows. The rows are separate: a character that ends the first row and begins the
second is two.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from anpr.read.ctc import ALPHABET

CLASSES = len(ALPHABET) + 1
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


@dataclass(frozen=True)
class Channels:
    """How many channels each layer has."""

    body: tuple[int, int, int, int, int, int]
    columns: int


READER = Channels((24, 48, 64, 96, 128, 128), 160)
# A third of the reader's arithmetic, for the plates that are easy.
GLANCE = Channels((16, 32, 48, 72, 72, 72), 112)


class ReaderNetwork(nn.Module):
    """Plain convolutions, then two layers along the plate, then two rows of classes.

    The layer that takes in whole columns is what reads two-line plates: every step sees its whole
    column, so it can tell whether there is a second line, and which small print is none.
    """

    def __init__(self, channels: Channels = READER) -> None:
        super().__init__()
        first, second, third, fourth, fifth, sixth = channels.body
        self.body = nn.Sequential(
            _layer(1, first, kernel=5, stride=2, padding=2),  # 24 x 72
            _layer(first, second, stride=2),  # 12 x 36
            _layer(second, third),
            _layer(third, fourth),
            nn.MaxPool2d((2, 1)),  # 6 x 36
            _layer(fourth, fifth),
            _layer(fifth, sixth),
            nn.MaxPool2d((2, 1)),  # 3 x 36
        )
        self.columns = nn.Sequential(
            _layer(sixth, channels.columns, kernel=3, padding=(0, 1)),  # 1 x 36
            _layer(channels.columns, channels.columns, kernel=(1, 7), padding=(0, 3)),
            nn.Dropout(DROPOUT),
        )
        self.head = nn.Conv2d(channels.columns, ROWS * CLASSES, 1)

    def forward(self, canvas: Tensor) -> Tensor:
        """(N, 1, 48, W) standardised pixels -> (N, 2, W / 4, 37) log-probabilities."""
        scores = self.head(self.columns(self.body(canvas)))  # N, ROWS * CLASSES, 1, steps
        rows = torch.cat(scores.split(CLASSES, dim=1), dim=2)  # a reshape stops OpenCV 4.10
        return torch.log_softmax(rows.permute(0, 2, 3, 1).float(), dim=3)


def glance_network() -> ReaderNetwork:
    """A smaller reader, for a first look."""
    return ReaderNetwork(GLANCE)
