"""Batches made by other processes, in order and without end."""

from __future__ import annotations

from typing import TypeVar

import cv2
from torch.utils.data import DataLoader, Dataset

from training.run import NEVER

PREFETCHED = 16  # batches: what one process makes while the training scores
Batch = TypeVar("Batch")


def _quiet_worker(_: int) -> None:
    cv2.setNumThreads(0)  # the processors belong to the training beside it


def loader(source: Dataset[Batch], first: int, workers: int) -> DataLoader[Batch]:
    """The batches of a source from number ``first`` on."""
    return DataLoader(
        source,
        batch_size=None,
        sampler=range(first, NEVER),
        num_workers=workers,
        prefetch_factor=PREFETCHED if workers else None,
        worker_init_fn=_quiet_worker,
    )
