"""The failures a user can meet: each says what was expected, what was found and the way out."""


class AnprError(Exception):
    """Base of every failure this package raises on purpose."""


class ImageError(AnprError, ValueError):
    """An array that is no image was handed in: wrong type, dtype, shape or size."""


class PhotoError(AnprError):
    """A photo cannot be read: missing, unreadable, damaged, too large or no image at all.

    The message does not repeat the file's name: whoever reports it knows the file.
    """


class TesseractError(AnprError):
    """Tesseract is missing or does not work."""


class ReadTimeoutError(AnprError):
    """Tesseract did not finish a plate in the time it was given."""


class DownloadError(AnprError):
    """A file could not be fetched, or is not the file that was asked for."""


class ModelError(AnprError):
    """The weights of a network are missing, or are not those that belong to this version."""


class UrlError(AnprError):
    """A URL cannot be listed, or there is no way to read it.

    The message of one that cannot be listed does not repeat the URL, as with `PhotoError`.
    """


class ClusterError(AnprError):
    """The cluster cannot be reached, or what it should do fails on it."""


class WorkerError(AnprError):
    """The processes that read photos do not start."""


class OutputError(AnprError):
    """What was asked for cannot be written: a table, a copy of a photo, a folder for them."""
