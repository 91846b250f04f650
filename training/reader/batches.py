"""What the reader is trained on: drawn plates, real plates and pieces without a plate, mixed.

Batch ``i`` depends on the seed and ``i`` alone, so a training that was stopped goes on with the
batches it would have seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from anpr.read.ctc import encode
from anpr.read.reader_input import reader_input, stretch
from training.data import real_crops
from training.plates.pool import FlatPool, open_pool
from training.plates.world import FULL_HARM, misplaced, photograph, spoil
from training.reader.network import ROWS
from training.reader.single_lines import Single, one_line

# At 0.35 the network begins to learn the 1,700 one-line plates by heart (disturbed, 87 % read in
# and 75 % out of training); at 0.25 it read as many in as out.
REAL_SHARE = 0.25
EMPTY_SHARE = 0.05
MISPLACED_SHARE = 0.02
SINGLE_SHARE = 0.5  # of the two-line plates: one of their lines, as a second look cuts it out
REAL_TWO_LINE_SHARE = 0.05  # on top of their own tenth: at a third, all 200 were learnt by heart
MAX_ROW = 16  # classes a padded row holds: the longest whole plate is 12
# Canvases of several widths, so that a second look may be wider or narrower than the first.
CANVAS_WIDTHS, WIDTH_SHARES = (120, 144, 168, 192), (0.15, 0.45, 0.2, 0.2)

Example = tuple[np.ndarray, tuple[str, str], bool]  # crop, rows, whether the split is known


@dataclass(frozen=True)
class Mix:
    """Which drawn plates a reader learns from."""

    two_line: float = 0.4  # fewer in the world, but learnt far slower
    """The share picked from plates of two lines alone, on top of their share among the others."""
    only_one_line: bool = False
    """All are single lines: plates of one, and lines cut out of plates of two."""
    careful: float = 0.5  # the other half: boxes that people or other locators drew
    """The share that is cut as our own locator cuts plates: upright, and legible."""


@dataclass(frozen=True)
class Batch:
    """Training examples.

    Attributes:
        canvas: (N, 1, 48, width) float32.
        classes: (N, 2, MAX_ROW) int64, the text of each row, padded with 0.
        lengths: (N, 2) int64, characters in each row.
        split_known: (N,) bool; false where a two-line plate's whole text is in the first row.
    """

    canvas: Tensor
    classes: Tensor
    lengths: Tensor
    split_known: Tensor


@dataclass(frozen=True)
class Sources:
    """Where examples come from; see ``open_sources``."""

    flats: FlatPool
    backgrounds: np.ndarray
    real: real_crops.RealCrops


def open_sources(cache: Path) -> Sources:
    """Open ``flats/``, ``backgrounds.npy`` and ``real.npz`` of the cache folder."""
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
        """Batches of `size` on canvases of one `width`; None: of several."""
        self._sources, self._size, self._seed = sources, size, seed
        self._width, self._mix = width, mix

    def __getitem__(self, number: int) -> Batch:
        rng = np.random.default_rng([self._seed, number])
        width = self._width or int(rng.choice(CANVAS_WIDTHS, p=WIDTH_SHARES))
        drawn = [draw_example(self._sources, rng, self._mix) for _ in range(self._size)]
        return collate(drawn, width)


def draw_example(sources: Sources, rng: np.random.Generator, mix: Mix) -> Example:
    """One crop and its text."""
    kind, is_careful = rng.random(), rng.random() < mix.careful
    if kind < REAL_SHARE:
        return _real(sources.real, rng, mix, is_careful)
    background = np.asarray(sources.backgrounds[int(rng.integers(len(sources.backgrounds)))])
    if kind < REAL_SHARE + EMPTY_SHARE:
        return spoil(background, FULL_HARM, rng), ("", ""), True
    flat, aspect, rows = _flat(sources.flats, rng, mix)
    if kind < REAL_SHARE + EMPTY_SHARE + MISPLACED_SHARE:
        return misplaced(flat, aspect, background, rng), ("", ""), True
    return photograph(flat, aspect, background, rng, is_careful), rows, True


def _flat(flats: FlatPool, rng: np.random.Generator, mix: Mix) -> Single:
    """A drawn plate, or a single line of one that has two."""
    index = _pick(flats.two_line, len(flats), mix.two_line, rng)
    whole = flats.image(index), flats.aspects[index], flats.rows[index]
    has_two = bool(whole[2][1])
    single = None
    if has_two and (mix.only_one_line or rng.random() < SINGLE_SHARE):
        single = one_line(*whole, rng)
    if has_two and mix.only_one_line and single is None:
        return _flat(flats, rng, mix)
    return single or whole


def _pick(two_line: np.ndarray, count: int, share: float, rng: np.random.Generator) -> int:
    """A plate's number below ``count``; a ``share`` is drawn from the two-line ones alone."""
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
    """Put examples together, on canvases of one width."""
    classes = np.zeros((len(examples), ROWS, MAX_ROW), np.int64)
    lengths = np.zeros((len(examples), ROWS), np.int64)
    for place, (_, rows, _) in enumerate(examples):
        for row, text in enumerate(rows):
            classes[place, row, : len(text)] = encode(text)
            lengths[place, row] = len(text)
    canvas = reader_input(np.stack([stretch(example[0], width) for example in examples]))
    known = torch.tensor([example[2] for example in examples])
    return Batch(
        torch.from_numpy(canvas), torch.from_numpy(classes), torch.from_numpy(lengths), known
    )
