"""What the user asked for on the command line. Seen in `cli/` alone."""

from dataclasses import dataclass
from pathlib import Path

from anpr.read.tesseract import SINGLE_LINE
from anpr.types import Name

AUTO, TUTORIAL = "auto", "tutorial"
NETWORK, MORPHOLOGY, TESSERACT = "network", "morphology", "tesseract"
TEXT = "text"
BORDER_AS_PIPELINE = -1


@dataclass(frozen=True)
class Settings:
    """The options of one run, checked."""

    inputs: tuple[Name, ...]
    watch: bool
    pipeline: str
    locator: str
    reader: str
    regions: tuple[str, ...]
    one: bool
    clear_border: int
    psm: int
    format: str | None
    output: Path | None
    report: Path | None
    annotate: Path | None
    crops: Path | None
    redact: Path | None
    quiet: bool
    verbose: bool
    debug: bool
    debug_dir: Path | None
    tesseract_cmd: str | None
    timeout_s: float
    max_pixels: int
    workers: int | None
    resume: bool
    cluster: str | None
    """Address of the Ray cluster that reads the photos; `None` means this machine."""

    @property
    def roots(self) -> tuple[Path, ...]:
        """The inputs that are paths."""
        return tuple(name for name in self.inputs if isinstance(name, Path))

    @property
    def copy_folders(self) -> tuple[Path, ...]:
        """The folders that copies of photos are written to."""
        folders = (self.annotate, self.crops, self.redact)
        return tuple(folder for folder in folders if folder is not None)

    @property
    def options_text(self) -> str:
        """The options that decide what is read, as they would be typed; empty if all are defaults.

        Kept in tables, so that `--resume` can tell whether it continues with the same options.
        """
        given = {
            "--pipeline": (self.pipeline, AUTO),
            "--locator": (self.locator, AUTO),
            "--reader": (self.reader, AUTO),
            "--region": (" ".join(sorted(set(self.regions))), ""),
            "--clear-border": (self.clear_border, BORDER_AS_PIPELINE),
            "--psm": (self.psm, SINGLE_LINE),
        }
        words = [f"{name} {value}" for name, (value, default) in given.items() if value != default]
        return " ".join([*words, "--one"] if self.one else words)
