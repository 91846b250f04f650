"""The versions of what a process has imported."""

import sys
from importlib.metadata import version

LIBRARIES = {"opencv": "cv2", "onnxruntime": "onnxruntime", "openvino": "openvino"}
"""Modules whose version changes what a photo costs, by the name of the figure."""


def loaded_versions(distribution: str | None = None) -> dict[str, str]:
    """Returns the versions of those `LIBRARIES` that this process has imported.

    Args:
        distribution: Another package, whose version is added as `package`; `None` means none.
    """
    versions = {
        name: str(sys.modules[module].__version__).split("-")[0]  # without the build
        for name, module in LIBRARIES.items()
        if sys.modules.get(module)
    }
    return versions | ({"package": version(distribution)} if distribution else {})
