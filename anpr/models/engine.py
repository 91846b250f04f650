"""The engine: the one module that runs networks, with ONNX Runtime.

A network is opened once in a process and shared by all readers and threads. It runs on one thread
of its own caller, so that N workers or threads use N cores.
"""

import threading
from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from anpr.models import weights

Tensor = NDArray[Any]

Run = Callable[[Tensor], Tensor]
"""Runs a network: float32 in, float32 out."""

_opened: dict[str, "Network"] = {}
_lock = threading.Lock()


class Network:
    """A network, ready to run. Calls from several threads at once are safe.

    Pickled, it travels by its name and is opened anew where it arrives.
    """

    def __init__(self, name: str, content: bytes) -> None:
        """Opens a network; `load` shares those that are open already.

        Args:
            name: Its name, e.g. `reader`.
            content: Content of its ONNX file.
        """
        self.name = name
        self._session = _open_session(content)
        self._input = self._session.get_inputs()[0].name

    def __call__(self, tensor: Tensor) -> Tensor:
        """Runs the network.

        Args:
            tensor: float32, the network's input; see its model card for the shape.

        Returns:
            float32, the network's only output.
        """
        output: Tensor = self._session.run(None, {self._input: tensor})[0]
        return output

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return load, (self.name,)


def load(name: str) -> Network:
    """Returns the network of a name, which is opened only once in a process.

    Raises:
        ModelError: The weights are missing, or are not those of this version.
    """
    with _lock:
        if name not in _opened:
            _opened[name] = Network(name, weights.content_of(name))
        return _opened[name]


def _open_session(content: bytes) -> Any:
    import onnxruntime  # loaded when a network is first needed: a table of options needs none

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Eight-bit products without saturation, so that processors without VNNI give the same answers.
    options.add_session_config_entry("session.x64quantprecision", "1")
    options.enable_mem_pattern = False  # a plan for each new shape of a photo would be kept
    options.log_severity_level = 3  # errors alone
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
