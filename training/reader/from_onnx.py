"""Take the committed weights up again, where the checkpoints they came from are gone.

    python -m training.reader.from_onnx {reader,line,glance} [--cache CACHE]

writes ``CACHE/NAME.pt``, from which ``--resume`` goes on, and ``CACHE/NAME_best.pt``, which teaches
the glance. In an ONNX file the batch normalisation is part of the convolutions; here each
convolution gets one again that takes away the mean and the deviation its output has on training
plates, and gives them back: the answers stay the same, and training finds what it expects.
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
from training.export import EXPORTS, MODELS
from training.reader.batches import BatchSource, open_sources

READERS = ("reader", "line", "fast")
PLATES = 2048  # for the means and the deviations


def convolutions(path: Path) -> Iterator[tuple[Tensor, Tensor]]:
    """Weights and biases of the convolutions of an ONNX file, in the order they run."""
    graph = onnx.load(str(path)).graph
    stored = {
        tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy())
        for tensor in graph.initializer
    }
    for node in graph.node:
        if node.op_type == "Conv":
            yield stored[node.input[1]], stored[node.input[2]]


@torch.no_grad()
def take_up(network: nn.Module, path: Path, canvas: Tensor) -> None:
    """Put the weights of an ONNX file into a network of the same layers.

    Args:
        network: its convolutions run in the order they stand in; each has a bias, or a batch
            normalisation right after it.
        path: the file.
        canvas: inputs of the network, as in training.
    """
    files, hooks = convolutions(path), []
    modules = [part for part in network.modules() if isinstance(part, nn.Conv2d | nn.BatchNorm2d)]
    for module, following in pairwise([*modules, None]):
        if not isinstance(module, nn.Conv2d):
            continue
        weight, bias = next(files)
        module.weight.copy_(weight)
        if module.bias is not None:
            module.bias.copy_(bias)
        elif isinstance(following, nn.BatchNorm2d):
            hooks.append(module.register_forward_hook(_normalising(following, bias)))
    network.eval()(canvas)
    for hook in hooks:
        hook.remove()


def _normalising(norm: nn.BatchNorm2d, bias: Tensor) -> Callable[..., None]:
    """A hook that makes a normalisation add a bias to what it is given, and change nothing else."""

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
    """Write a checkpoint of the committed weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=READERS)
    parser.add_argument("--cache", type=Path, default=training_run.CACHE)
    args = parser.parse_args()
    network = EXPORTS[args.network].make()
    canvas = BatchSource(open_sources(args.cache), PLATES, seed=0)[0].canvas
    take_up(network, MODELS / f"{args.network}.onnx", canvas)
    optimiser = torch.optim.AdamW(network.parameters())
    run = training_run.Run(network, deepcopy(network), optimiser)
    checkpoint = args.cache / f"{args.network}.pt"
    for path in (checkpoint, training_run.best_path(checkpoint)):
        training_run.save(run, path)


if __name__ == "__main__":
    main()
