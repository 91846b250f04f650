"""Turns the committed weights of a reader into a checkpoint again, to continue training from.

    python -m training.reader.from_onnx {reader,line,fast} [--cache CACHE]

Writes `CACHE/NAME.pt`, from which `--resume` continues, and `CACHE/NAME_best.pt`, which teaches
the fast network. In an ONNX file batch normalisation has been merged into the convolutions. Here
each convolution gets one again, which subtracts the mean and divides by the deviation that its
output has on training plates, and then undoes both: the answers stay the same, and training finds
the layers it expects.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training import run as training_run
from training.export import EXPORTS, FLOAT_FOLDER
from training.reader.batches import BatchSource, open_sources

READERS = ("reader", "line", "fast")
STATISTICS_PLATES = 2048  # from which means and deviations are computed


def convolutions(path: Path) -> Iterator[tuple[Tensor, Tensor]]:
    """Yields the weights and biases of the convolutions of an ONNX file, in execution order."""
    graph = onnx.load(str(path)).graph
    stored = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in graph.initializer
    }
    for node in graph.node:
        if node.op_type == "Conv":
            yield stored[node.input[1]], stored[node.input[2]]


@torch.no_grad()
def load_weights(network: nn.Module, path: Path, inputs: Tensor) -> None:
    """Loads the weights of an ONNX file into a network with the same layers.

    Args:
        network: The network, which is changed. Its convolutions are executed in the order in
            which they are defined; each has a bias, or a batch normalisation right after it.
        path: The ONNX file.
        inputs: Inputs of the network, as in training: float32, (n, 1, 48, width).
    """
    files, hooks = convolutions(path), []
    kinds = (nn.Conv2d, nn.BatchNorm2d)
    modules = [module for module in network.modules() if isinstance(module, kinds)]
    for module, following in pairwise([*modules, None]):
        if not isinstance(module, nn.Conv2d):
            continue
        weight, bias = next(files)
        module.weight.copy_(weight)
        if module.bias is not None:
            module.bias.copy_(bias)
        elif isinstance(following, nn.BatchNorm2d):
            hooks.append(module.register_forward_hook(_adding(bias, following)))
    network.eval()(inputs)
    for hook in hooks:
        hook.remove()


def _adding(bias: Tensor, norm: nn.BatchNorm2d) -> Callable[..., None]:
    """Returns a hook that fits a normalisation so that it adds a bias and changes nothing else."""

    def fit(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> None:
        variance, mean = torch.var_mean(output, dim=(0, 2, 3))
        norm.load_state_dict(
            {
                "running_mean": mean,
                "running_var": variance,
                "weight": (variance + norm.eps).sqrt(),
                "bias": mean + bias,
                "num_batches_tracked": torch.tensor(1),
            }
        )

    return fit


def main() -> None:
    """Writes a checkpoint of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=READERS)
    parser.add_argument(
        "--cache", type=Path, default=training_run.CACHE, help="folder of plates, checkpoints"
    )
    arguments = parser.parse_args()
    network = EXPORTS[arguments.network].make()
    inputs = BatchSource(open_sources(arguments.cache), STATISTICS_PLATES, seed=0)[0].inputs
    load_weights(network, FLOAT_FOLDER / f"{arguments.network}.onnx", inputs)
    optimiser = torch.optim.AdamW(network.parameters())
    run = training_run.Run(network, deepcopy(network), optimiser)
    checkpoint = arguments.cache / f"{arguments.network}.pt"
    for path in (checkpoint, training_run.best_path(checkpoint)):
        training_run.save(run, path)


if __name__ == "__main__":
    main()
