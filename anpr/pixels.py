"""Operations on pixels that several stages share: gray values, sizes, contrast."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.errors import ImageError, PhotoError
from anpr.types import Image

MAX_PIXELS = 250_000_000  # phones reach 200 million; this many take 750 MB when decoded
WORKING_WIDTH = 600  # the width the tutorial's kernels were chosen for
DEVIATION_FLOOR = 8.0  # gray levels: keeps the noise of an even image from being amplified


def check_image(image: object) -> None:
    """Checks that an object is an image.

    Raises:
        ImageError: It is not; the message names what was expected and what was found.
    """
    expected = "expected a uint8 array of shape (height, width), (height, width, 3) BGR or 4 BGRA"
    if image is None:
        raise ImageError(f"{expected}; got None, which cv2.imread returns for an unreadable file")
    if not isinstance(image, np.ndarray):
        raise ImageError(f"{expected}; got {type(image).__name__}")
    if image.dtype != np.uint8:
        raise ImageError(f"{expected}; got dtype {image.dtype}")
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise ImageError(f"{expected}; got shape {image.shape}")
    if image.size == 0:
        raise ImageError(f"{expected}; got an empty one, shape {image.shape}")


def to_gray(image: Image) -> Image:
    """Returns a photo as gray values: uint8, (height, width).

    Args:
        image: uint8; (height, width) or (height, width, 1) gray, (height, width, 3) BGR or
            (height, width, 4) BGRA.

    Raises:
        ImageError: It is anything else.
    """
    check_image(image)
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 1:
        return image.reshape(image.shape[:2])
    code = cv2.COLOR_BGR2GRAY if channels == 3 else cv2.COLOR_BGRA2GRAY
    return cv2.cvtColor(image, code)


def to_bgr(image: Image) -> Image:
    """Returns a photo in colours: uint8, (height, width, 3), BGR.

    Argument and error are those of `to_gray`.
    """
    check_image(image)
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 3:
        return image
    return cv2.cvtColor(image, cv2.COLOR_GRAY2BGR if channels == 1 else cv2.COLOR_BGRA2BGR)


def fit_width(image: Image, max_pixels: int = MAX_PIXELS) -> Image:
    """Resizes a photo to the working width, keeping its aspect ratio, as the tutorial does.

    Not by `imutils.resize`, which in 0.5.4 computes a height of 0 for a very wide photo.

    Args:
        image: uint8, (height, width) or (height, width, channels).
        max_pixels: Maximum number of pixels of the result.

    Returns:
        A new image of the working width, at least 1 pixel high.

    Raises:
        PhotoError: The result would have more pixels: the photo is a sliver.
    """
    height, width = image.shape[:2]
    new_height = max(1, int(height * (WORKING_WIDTH / width)))
    if new_height * WORKING_WIDTH > max_pixels:
        raise PhotoError(
            f"{width} x {height} pixels are too narrow for a photo: "
            f"{WORKING_WIDTH} wide it would be {new_height:,} high"
        )
    return cv2.resize(image, (WORKING_WIDTH, new_height), interpolation=cv2.INTER_AREA)


def reduced(image: Image, factor: int) -> Image:
    """Shrinks an image to `1 / factor` of each side, rounded up, as JPEG decoders do.

    Args:
        image: uint8, (height, width), or (height, width, 3) in BGR order.
        factor: A whole number; with 1, the image is returned as it is.
    """
    height, width = image.shape[:2]
    return image if factor == 1 else average(image, (-(-width // factor), -(-height // factor)))


def average(image: Image, size_wh: tuple[int, int]) -> Image:
    """Shrinks an image; every pixel becomes the mean of those it covers.

    First by a whole number and then by the remaining factor, as OpenCV averages whole blocks ten
    times as fast. Rows and columns at the end that fill no block are left out.

    Args:
        image: uint8, (height, width), or (height, width, 3) in BGR order.
        size_wh: Width and height of the result.

    Returns:
        A new array, even if the size stays the same.
    """
    height, width = image.shape[:2]
    step = int(min(width / size_wh[0], height / size_wh[1]))
    if step > 1:
        blocks_wh = width // step, height // step
        whole = image[: blocks_wh[1] * step, : blocks_wh[0] * step]
        image = cv2.resize(whole, blocks_wh, interpolation=cv2.INTER_AREA)
    return cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)


def halved(image: Image, size_wh: tuple[int, int]) -> Image:
    """Halves an image as often as it stays at least as large as a given size.

    OpenCV averages blocks of two by two pixels ten to fifty times as fast as any others. An odd row
    or column at the end is left out.

    >>> gray = np.array([[10, 20, 50, 50, 99], [30, 40, 50, 50, 99]], np.uint8)
    >>> halved(gray, (2, 1)).tolist()
    [[25, 50]]
    >>> halved(gray, (3, 1)) is gray
    True

    Args:
        image: uint8, (height, width), or (height, width, 3) in BGR order.
        size_wh: Minimum width and height of the result.

    Returns:
        A smaller array, or the image itself if it cannot be halved.
    """
    height, width = image.shape[0] // 2, image.shape[1] // 2
    if width < size_wh[0] or height < size_wh[1]:
        return image
    whole = image[: 2 * height, : 2 * width]
    half = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return halved(half, size_wh)


def standardise(images: Sequence[Image] | NDArray[Any]) -> NDArray[Any]:
    """Standardises the brightness and contrast of each image.

    Args:
        images: uint8, n of (height, width), all of one size; at least one.

    Returns:
        float32, (n, height, width), each with mean 0 and a standard deviation below 1.
    """
    pixels = np.empty((len(images), *images[0].shape), np.float32)
    for number, image in enumerate(images):
        mean, deviation = cv2.meanStdDev(image)  # ten times as fast for bytes as for floats
        pixels[number] = image
        pixels[number] -= mean.item()
        pixels[number] /= deviation.item() + DEVIATION_FLOOR
    return pixels
