"""Makes the pictures of the documentation again: `python -m docs.pictures`.

Every picture is what the command writes for the sample photos. The report needs Chromium and its
driver; the other pictures need nothing.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from anpr.errors import ExitCode
from anpr.photo import Photo
from anpr.types import Image

DOCS = Path(__file__).parent
REPOSITORY = DOCS.parent
SAMPLES = REPOSITORY / "license_plates"
ONE_PHOTO = SAMPLES / "group1" / "003.jpg"

THUMBNAIL_WH = (300, 225)
THUMBNAILS_PER_ROW = 4
STEP_WIDTH = 400  # px of a step of the networks: three of them fill a page
TUTORIAL_STEP_WIDTH = 450  # px; two of them fill a page
GAP_PX = 12
GAP_LEVEL = 255  # white, as the page is
JPEG_QUALITY = 85
PNG_COMPRESSION = 9  # the maximum: a page is written once and fetched often

TUTORIAL_STEPS = ("Blackhat", "Light Regions", "Scharr", "Final")
NETWORK_STEPS = ("Heat Map", "Candidates", "Upright")

EXAMPLE_PHOTOS = 40
REPORT_WINDOW_WH = (1280, 797)  # px: the totals, the search field and three rows
BLURRED, CUT_OFF = 33, 34  # two different cars
BLUR_SIGMA_PX = 6.5  # a plate remains legible, but is doubtful
CUT_OFF_AT = 0.375  # of the photo's width: through the first character of that plate
WALL_LEVEL = 70  # a photo of nothing: dark gray
LIGHT = (0.8, 0.9, 1.0, 1.1, 1.2)  # no two photos of a car are equally bright
CHROMIUM_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
)


def main(argv: Sequence[str] | None = None) -> None:
    """Makes the pictures that were asked for; without a name, all of them."""
    makers = {"annotated.jpg": _annotated, "network_steps.jpg": _network_steps}
    makers |= {"tutorial_steps.jpg": _tutorial_steps, "report.png": _report}
    parser = argparse.ArgumentParser(prog="python -m docs.pictures", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(makers))
    parser.add_argument("--out", type=Path, default=DOCS, metavar="DIR", help="default: docs/")
    arguments = parser.parse_args(argv)
    for name in arguments.names or makers:
        with tempfile.TemporaryDirectory() as folder:
            _write(arguments.out / name, makers[name](Path(folder)))


def _annotated(folder: Path) -> Image:
    """All sample photos, as `--annotate` outlines their plates."""
    _anpr(SAMPLES, "--annotate", folder)
    photos = [Photo.open(path).bgr for path in sorted(folder.rglob("*.jpg"))]
    small = [cv2.resize(photo, THUMBNAIL_WH, interpolation=cv2.INTER_AREA) for photo in photos]
    rows = [
        np.hstack(small[first : first + THUMBNAILS_PER_ROW])
        for first in range(0, len(small), THUMBNAILS_PER_ROW)
    ]
    return np.vstack(rows)


def _network_steps(folder: Path) -> Image:
    """The steps of the networks, side by side."""
    _anpr(ONE_PHOTO, "--debug-dir", folder)
    steps = [_resized(step, STEP_WIDTH) for step in _steps(folder, NETWORK_STEPS)]
    height = max(step.shape[0] for step in steps)
    gap = np.full((height, GAP_PX, 3), GAP_LEVEL, np.uint8)
    first, *others = (_centered(step, height) for step in steps)
    return np.hstack([first, *(part for step in others for part in (gap, step))])


def _tutorial_steps(folder: Path) -> Image:
    """Four steps of the tutorial's pipeline, two by two."""
    _anpr(ONE_PHOTO, "--pipeline", "tutorial", "--clear-border", 1, "--debug-dir", folder)
    steps = [_resized(step, TUTORIAL_STEP_WIDTH) for step in _steps(folder, TUTORIAL_STEPS)]
    return np.vstack([np.hstack(steps[:2]), np.hstack(steps[2:])])


def _report(folder: Path) -> Image:
    """The report on a folder of photos: one blurred, one cut through its plate, so check both."""
    write_example_folder(folder / "photos")
    page = folder / "plates.html"
    _anpr("photos", "--region", "in", "--report", page, cwd=folder, expected=ExitCode.SOME_FAILED)
    return Photo.from_bytes(_screenshot(page)).bgr


def write_example_folder(folder: Path) -> None:
    """Writes a folder of photos as a user may have it: the README and the report show it."""
    for name, data in _example_photos():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _example_photos() -> Iterator[tuple[str, bytes]]:
    """Yields names and contents: variants of the sample photos, a wall, and an empty file."""
    samples = [Photo.open(path).bgr for path in sorted(SAMPLES.rglob("*.jpg"))]
    for number in range(EXAMPLE_PHOTOS):
        photo = _variant(samples[number % len(samples)], number)
        place = ("gate", "yard")[number % 2]
        yield f"{place}/2026-11-{number // 8 + 2:02d}-{800 + number:04d}.jpg", _jpeg(photo)
    yield "yard/2026-11-04-0655.jpg", _jpeg(np.full_like(samples[0], WALL_LEVEL))
    yield "yard/2026-11-05-0701.jpg", b""


def _variant(photo: Image, number: int) -> Image:
    """Makes a photo lighter or darker, or blurs it, or cuts it off."""
    if number == BLURRED:
        return cv2.GaussianBlur(photo, (0, 0), BLUR_SIGMA_PX)
    if number == CUT_OFF:
        return photo[:, round(CUT_OFF_AT * photo.shape[1]) :]
    return cv2.convertScaleAbs(photo, alpha=LIGHT[number % len(LIGHT)])


def _screenshot(page: Path) -> bytes:
    """The top of a web page, as PNG."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for flag in CHROMIUM_FLAGS:
        options.add_argument(flag)
    browser = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        width, height = REPORT_WINDOW_WH
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(page.as_uri())
        return browser.get_screenshot_as_png()
    finally:
        browser.quit()


def _anpr(*arguments: object, cwd: Path = REPOSITORY, expected: int = ExitCode.OK) -> None:
    """Runs the command; what it reports on stderr is seen."""
    script = str(REPOSITORY / "ocr_license_plate.py")
    command = [sys.executable, script, "--quiet", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != expected:
        raise SystemExit(done.returncode)


def _steps(folder: Path, titles: Sequence[str]) -> list[Image]:
    """The debug images of those titles."""
    return [Photo.open(next(folder.rglob(f"* {title}.png"))).bgr for title in titles]


def _resized(image: Image, width: int) -> Image:
    height = round(image.shape[0] * width / image.shape[1])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _centered(image: Image, height: int) -> Image:
    """The image with white above and below it."""
    above = (height - image.shape[0]) // 2
    below = height - image.shape[0] - above
    return np.pad(image, ((above, below), (0, 0), (0, 0)), constant_values=GAP_LEVEL)


def _jpeg(image: Image) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1])


def _png(image: Image) -> bytes:
    return bytes(cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, PNG_COMPRESSION])[1])


def _write(path: Path, image: Image) -> None:
    path.write_bytes(_jpeg(image) if path.suffix == ".jpg" else _png(image))


if __name__ == "__main__":
    main()
