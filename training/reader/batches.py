"""Training batches of the readers: drawn plates, real plates and crops without a plate.

Batch number `i` depends on the seed and `i` alone, so that a resumed training continues with the
same batches.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from anpr.read.ctc import encode
from anpr.read.reader_input import reader_input, stretch
from anpr.types import Image
from training.data import real_crops
from training.plates.camera import FULL_DEGRADATION, degrade, misplaced, photograph
from training.plates.pool import FlatPool, open_pool
from training.reader.network import ROWS
from training.reader.single_lines import Drawn, one_line

# At 0.35 the network begins to memorise the 1,700 one-line plates (disturbed, it read 87 % of those
# trained on and 75 % of those held out); at 0.25 it read as many of both.
REAL_SHARE = 0.25
EMPTY_SHARE = 0.05
MISPLACED_SHARE = 0.02
ALONE_CHANCE = 0.5  # that one line of a two-line plate is cut out, as in a retry line by line
# Share of two-line plates among the real ones, in addition to the tenth that they are anyway. At a
# third, the network memorised all 200 of them.
REAL_TWO_LINE_SHARE = 0.05
MAX_ROW_LENGTH = 16  # classes in a padded row; the longest plate has 12 characters
# Inputs of several widths, so that a retry may use a wider or narrower framing.
INPUT_WIDTHS, WIDTH_SHARES = (120, 144, 168, 192), (0.15, 0.45, 0.2, 0.2)

Example = tuple[Image, tuple[str, str], bool]
"""A crop, the texts of its rows, and whether it is known which line has which text."""


@dataclass(frozen=True)
class Mix:
    """The mixture of plates that a network is trained on."""

    two_line: float = 0.4  # more than in the world, since they are learnt far more slowly
    """The share of two-line plates, in addition to those among the rest."""
    only_one_line: bool = False
    """Use only one-line plates and lines cut out of two-line plates."""
    careful: float = 0.5  # the other half imitates boxes of people and of other locators
    """The share that is cut out as our own locator cuts plates: rectified, and legible."""


@dataclass(frozen=True)
class Batch:
    """Training examples."""

    inputs: Tensor
    """Network input: float32, (n, 1, 48, width)."""
    classes: Tensor
    """The text of each row, padded with 0: int64, (n, 2, MAX_ROW_LENGTH)."""
    lengths: Tensor
    """Number of characters in each row: int64, (n, 2)."""
    split_known: Tensor
    """bool, (n,): false if the first row holds the whole text of a two-line plate."""


@dataclass(frozen=True)
class Sources:
    """Plates and backgrounds from which examples are made."""

    flats: FlatPool
    backgrounds: NDArray[Any]
    """uint8, (n, 64, 160)."""
    real: real_crops.RealCrops
    """Without the held-out plates."""


def open_sources(cache: Path) -> Sources:
    """Loads `flats/`, `backgrounds.npy` and `real.npz` from the cache folder."""
    real = real_crops.load(cache / "real.npz")
    return Sources(
        open_pool(cache / "flats"),
        np.load(cache / "backgrounds.npy"),
        real.subset(~real_crops.is_dev(real)),
    )


class BatchSource(Dataset[Batch]):
    """Batches by number."""

    def __init__(
        self,
        sources: Sources,
        size: int,
        seed: int,
        width: int | None = None,
        mix: Mix = Mix(),
    ) -> None:
        """Makes batches of a size.

        Args:
            sources: Where the examples come from.
            size: Number of examples in a batch.
            seed: Seed of all batches.
            width: Width of the network input; `None` means one of `INPUT_WIDTHS` for each batch.
            mix: The mixture of plates.
        """
        self._sources, self._size, self._seed = sources, size, seed
        self._width, self._mix = width, mix

    def __getitem__(self, number: int) -> Batch:
        rng = np.random.default_rng([self._seed, number])
        width = self._width or int(rng.choice(INPUT_WIDTHS, p=WIDTH_SHARES))
        drawn = [draw_example(self._sources, rng, self._mix) for _ in range(self._size)]
        return collate(drawn, width)


def draw_example(sources: Sources, rng: np.random.Generator, mix: Mix) -> Example:
    """Makes one random example."""
    kind, is_careful = rng.random(), rng.random() < mix.careful
    if kind < REAL_SHARE:
        return _real(sources.real, rng, mix, is_careful)
    background = np.asarray(sources.backgrounds[int(rng.integers(len(sources.backgrounds)))])
    if kind < REAL_SHARE + EMPTY_SHARE:
        return degrade(background, FULL_DEGRADATION, rng), ("", ""), True
    flat, aspect, rows = _flat(sources.flats, rng, mix)
    if kind < REAL_SHARE + EMPTY_SHARE + MISPLACED_SHARE:
        return misplaced(flat, aspect, background, rng), ("", ""), True
    return photograph(flat, aspect, background, rng, is_careful), rows, True


def _flat(flats: FlatPool, rng: np.random.Generator, mix: Mix) -> Drawn:
    """Picks a drawn plate, or a single line of one that has two."""
    index = _pick(flats.two_line, len(flats), mix.two_line, rng)
    whole = flats.image(index), flats.aspects[index], flats.rows[index]
    has_two = bool(whole[2][1])
    single = None
    if has_two and (mix.only_one_line or rng.random() < ALONE_CHANCE):
        single = one_line(*whole, rng)
    if has_two and mix.only_one_line and single is None:
        return _flat(flats, rng, mix)
    return single or whole


def _pick(two_line: NDArray[Any], count: int, share: float, rng: np.random.Generator) -> int:
    """Picks the number of one of `count` plates; a `share` is picked from the two-line ones."""
    if rng.random() < share:
        return int(two_line[int(rng.integers(len(two_line)))])
    return int(rng.integers(count))


def _real(
    crops: real_crops.RealCrops, rng: np.random.Generator, mix: Mix, is_careful: bool
) -> Example:
    if mix.only_one_line:
        index = int(rng.choice(np.flatnonzero(crops.lines == 1)))
    else:
        index = _pick(np.flatnonzero(crops.lines == 2), len(crops.texts), REAL_TWO_LINE_SHARE, rng)
    crop = real_crops.disturbed_crop(crops, index, rng, is_careful)
    return crop, (str(crops.texts[index]), ""), bool(crops.lines[index] == 1)


def collate(examples: list[Example], width: int) -> Batch:
    """Combines examples into a batch, all stretched to one width."""
    classes = np.zeros((len(examples), ROWS, MAX_ROW_LENGTH), np.int64)
    lengths = np.zeros((len(examples), ROWS), np.int64)
    for number, (_, rows, _) in enumerate(examples):
        for row, text in enumerate(rows):
            classes[number, row, : len(text)] = encode(text)
            lengths[number, row] = len(text)
    inputs = reader_input(np.stack([stretch(example[0], width) for example in examples]))
    known = torch.tensor([example[2] for example in examples])
    return Batch(
        torch.from_numpy(inputs), torch.from_numpy(classes), torch.from_numpy(lengths), known
    )
