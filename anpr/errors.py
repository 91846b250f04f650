"""The failures a user can meet. Each class carries the exit code of a run that it ends."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit code of the command, with its meaning: part of the user interface."""

    meaning: str

    OK = 0, "every photo was processed, with or without a plate in it"
    SOME_FAILED = 1, "some files failed; stderr names them"
    USAGE = 2, "the command line is not understood"
    NOTHING_TO_READ = 3, "there was nothing to read"
    NO_TESSERACT = 4, "Tesseract is missing or does not work, and plates are to be read with it"
    NOT_WRITTEN = 5, "the output could not be written; what was written stands"
    NO_WORKERS = 6, "the processes that read photos do not start; --workers 1 needs none"
    NO_MODEL = 7, "the weights of the networks are missing or damaged; install again"
    NO_CLUSTER = 8, "the cluster cannot be reached, or cannot go on; what was written stands"
    INTERRUPTED = 130, "interrupted (Ctrl-C); what was printed and written stands"
    TERMINATED = 143, "terminated (SIGTERM); what was printed and written stands"

    def __new__(cls, code: int, meaning: str) -> "ExitCode":
        """Makes a member that is its code and carries its meaning."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


class AnprError(Exception):
    """Base of every failure this package raises on purpose."""

    exit_code = ExitCode.SOME_FAILED
    """Exit code of a run that ends with this error."""


class EndOfRunError(AnprError):
    """Base of the failures that no other photo would escape: they end a run."""


class ImageError(AnprError, ValueError):
    """An array that is not an image: wrong type, dtype, shape or size."""


class RegionError(AnprError, ValueError):
    """The name of a region is not known; the message suggests the nearest ones."""

    exit_code = ExitCode.USAGE


class PhotoError(AnprError):
    """A photo cannot be read: missing, unreadable, damaged, too large or not an image.

    The message does not repeat the file name: the caller reports it.
    """


class ReadTimeoutError(AnprError):
    """Tesseract did not finish a plate in the time it was given."""


class DownloadError(AnprError):
    """A file could not be fetched, or its content is not the expected one."""


class UrlError(AnprError):
    """A URL cannot be listed, or no installed package can read it.

    The message of a listing failure does not repeat the URL, as with `PhotoError`.
    """


class TesseractError(EndOfRunError):
    """Tesseract is missing or does not work."""

    exit_code = ExitCode.NO_TESSERACT


class ModelError(EndOfRunError):
    """The weights of a network are missing, or are not those of this version."""

    exit_code = ExitCode.NO_MODEL


class ClusterError(EndOfRunError):
    """The cluster cannot be reached, or fails at its work."""

    exit_code = ExitCode.NO_CLUSTER


class WorkerError(EndOfRunError):
    """The processes that read photos do not start."""

    exit_code = ExitCode.NO_WORKERS


class OutputError(EndOfRunError):
    """A table, a copy of a photo, or a folder for copies cannot be written."""

    exit_code = ExitCode.NOT_WRITTEN


class ResumeError(OutputError):
    """A table cannot be continued: its photos were read with other options."""

    exit_code = ExitCode.USAGE


class DebugFolderError(EndOfRunError):
    """The folder for debug images cannot be created."""

    exit_code = ExitCode.USAGE


class FormatError(OutputError):
    """The format of a table is not known."""

    exit_code = ExitCode.USAGE
