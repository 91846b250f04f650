"""The version and the distribution's name, where setup.py finds them without other imports."""

__version__ = "0.2.0"
DISTRIBUTION = "ocr-license-plate"
"""Name of the package on an index; the import name is `anpr`."""


def install_hint(extra: str) -> str:
    """Returns the command that installs an optional dependency."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
