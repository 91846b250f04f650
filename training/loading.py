"""Batches prepared by other processes: in order, and without end."""

from __future__ import annotations

from typing import TypeVar

import cv2
from torch.utils.data import DataLoader, Dataset

PREFETCHED_BATCHES = 16  # as many as one process prepares while the training is being scored
ENDLESS = 10_000_000  # batches; the time limit ends a training long before
Batch = TypeVar("Batch")


def _one_thread(_: int) -> None:
    cv2.setNumThreads(0)  # leave the cores to the training


def loader(source: Dataset[Batch], first: int, workers: int) -> DataLoader[Batch]:
    """Returns the batches of a source from number `first` on."""
    return DataLoader(
        source,
        batch_size=None,
        sampler=range(first, ENDLESS),
        num_workers=workers,
        prefetch_factor=PREFETCHED_BATCHES if workers else None,
        worker_init_fn=_one_thread,
    )
