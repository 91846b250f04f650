"""Fetches the tutorial's own eight photos: `python -m anpr.samples DIR`.

They belong to the public data set NanoNets/number-plate-detection, which states no licence. So
they are not part of this project: each user downloads them.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from anpr._version import install_hint
from anpr.errors import DownloadError

# HEAD is the default branch, whatever its name is.
BASE_URL = "https://raw.githubusercontent.com/NanoNets/number-plate-detection/HEAD/data/images/"

PHOTOS = {
    "group1/001.jpg": ("0.jpg", "648ef1f6584ad92604c6eb8b63a3274f4dfb53cddb7839b037c7b2dc173f1663"),
    "group1/002.jpg": (
        "10.jpg",
        "56e446010f265f386c23ae184e03b8109a6eb71c230b25cf97faee83a71a92c8",
    ),
    "group1/003.jpg": (
        "53.jpg",
        "fad87571f6e813403bff5406f1679d3e08f672e48952014e897514159938a0f6",
    ),
    "group1/004.jpg": (
        "61.jpg",
        "d8b2548668546f9168bacbf25aceac6f5c250277d47a0d7ff5f84b5757778256",
    ),
    "group1/005.jpg": (
        "151.jpg",
        "6c42ec254346978aafd4824e449104888537ece3951054b4841549f3dfcddaf5",
    ),
    "group2/001.jpg": (
        "74.jpg",
        "1d022664e5d52a40f46c68cbaded502da017125831b80c1238c7241948c6f9cc",
    ),
    "group2/002.jpg": (
        "98.jpg",
        "af4a33cc2ef10ad66b47a16556b91b51163652f7b18377092f8e965cf5f1967d",
    ),
    "group2/003.jpg": (
        "204.jpg",
        "de561734e33f795149d3abc6542b7b85f4f2e38629b415e2b8db0f073dad2b6d",
    ),
}
"""Name below the folder: name at the source, SHA-256 of the file."""


def fetch(folder: Path, base_url: str = BASE_URL) -> list[Path]:
    """Downloads the photos that are missing, and checks all of them.

    Args:
        folder: Destination of `group1/` and `group2/`.
        base_url: URL of the folder of the files, with a trailing slash.

    Returns:
        Paths of the eight files, in the order of `PHOTOS`.

    Raises:
        DownloadError: A file cannot be fetched or its checksum is wrong, or the
            package `pooch` is missing.
    """
    try:
        import pooch  # an extra: nothing else needs it
    except ImportError as error:
        raise DownloadError(f"pooch is missing; {install_hint('samples')}") from error
    pooch.get_logger().setLevel(logging.WARNING)
    paths = []
    for name, (source, sha256) in PHOTOS.items():
        target = folder / PurePosixPath(name)
        try:
            pooch.retrieve(base_url + source, f"sha256:{sha256}", target.name, target.parent)
        except (OSError, ValueError) as error:  # no network or no such file; a wrong checksum
            raise DownloadError(f"{base_url + source}: {error}") from error
        paths.append(target)
    return paths


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    parser = argparse.ArgumentParser(prog="python -m anpr.samples", description=__doc__)
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to put group1/ and group2/")
    parser.add_argument("--base-url", default=BASE_URL, metavar="URL", help="a mirror")
    arguments = parser.parse_args(argv)
    try:
        for path in fetch(arguments.folder, arguments.base_url):
            print(path)
    except DownloadError as error:
        print(f"[ERROR] {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
