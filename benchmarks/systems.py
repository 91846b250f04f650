"""The systems that are compared on whole photos: ours, the tutorial's and the peers.

A system whose package is not installed raises `ImportError` when it is opened, one whose weights
are missing `FileNotFoundError`.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from anpr.anpr import PyImageSearchANPR, TutorialPipeline
from anpr.batch.serial import PhotoReader
from anpr.photo import Photo
from anpr.pipeline import PlateReader
from anpr.types import Candidate, Reading
from benchmarks.command import BGR, GRAY, Decode
from benchmarks.peers import PEERS, ReadPhoto

OURS = "auto"
"""The default pipeline, as `--pipeline auto` of the command."""
TUTORIAL = "tutorial"


@dataclass(frozen=True)
class Settings:
    """What systems are opened with."""

    regions: tuple[str, ...] = ()
    """Regions that plates are from, which only ours uses; none means anywhere."""
    peer_weights: Path | None = None
    """Folder of the weights that the peers' packages do not bring; `None` means no folder."""


DEFAULTS = Settings()


@dataclass(frozen=True)
class System:
    """A system that reads whole photos."""

    open: Callable[[Settings], PhotoReader]
    """Builds the reader."""
    decode: Decode
    """Decodes the pixels that the reader starts from."""
    distribution: str | None = None
    """The name of its package on an index; `None` means this repository."""


@dataclass(frozen=True)
class PeerReader:
    """Adapts a peer to our photos and readings."""

    read_bgr: ReadPhoto

    def read(self, photo: Photo) -> list[Reading]:
        """Returns all texts that the peer reads in a photo."""
        return [
            Reading(text, Candidate.with_corners(np.array(corners, np.float32), 1.0), confidence)
            for text, corners, confidence in self.read_bgr(photo.bgr)
        ]


def add_peer_weights(parser: argparse.ArgumentParser) -> None:
    """Adds the option `--peer-weights`."""
    parser.add_argument(
        "--peer-weights",
        type=Path,
        metavar="DIR",
        help="folder of the weights of fast-alpr, whose package downloads them",
    )


def _open_ours(settings: Settings) -> PlateReader:
    """The default pipeline of the command."""
    return PlateReader(regions=settings.regions)


def _open_tutorial(_: Settings) -> TutorialPipeline:
    """The tutorial's pipeline, with its defaults."""
    return TutorialPipeline(PyImageSearchANPR())


def _open_peer(name: str, settings: Settings) -> PeerReader:
    return PeerReader(PEERS[name].open(settings.peer_weights))


SYSTEMS = {
    OURS: System(_open_ours, GRAY),
    TUTORIAL: System(_open_tutorial, BGR),
    **{
        name: System(partial(_open_peer, name), BGR, peer.distribution)
        for name, peer in PEERS.items()
    },
}
OTHERS = tuple(name for name in SYSTEMS if name != OURS)
