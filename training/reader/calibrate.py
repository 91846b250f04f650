"""Fits how far the exported reader's confidence can be believed.

    python -m training.reader.calibrate --real CACHE/real.npz

Reads the transcribed plates held out of training, whole reader with its second looks, and fits
two numbers for `anpr.read.network`: confidence = 1 / (1 + exp(-(SLOPE * log odds of p + OFFSET))).

Source: J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from anpr.decide.confidence import log_odds
from anpr.read.network import NetworkReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate
from training.data import real_crops


def held_out_readings(real: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Logits of the raw probabilities (N,), and whether each reading is right (N,)."""
    crops = real_crops.load(real)
    held = crops.subset(real_crops.is_dev(crops))
    reader, logits, is_right = NetworkReader(), [], []
    for index, text in enumerate(held.texts):
        gray = real_crops.plain_crop(held, index)
        whole = Candidate.filling(Box(0, 0, gray.shape[1], gray.shape[0]))
        sight = reader.look(cut_out(gray, whole))
        if sight.text:  # nothing read has confidence 0, whatever the fit
            logits.append(log_odds(sight.probability))
            is_right.append(sight.text == text)
    return np.array(logits), np.array(is_right)


def fit(logits: NDArray[np.float64], is_right: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset of the largest likelihood."""

    def loss(parameters: NDArray[np.float64]) -> float:
        scores = parameters[0] * logits + parameters[1]
        return float(np.logaddexp(0, np.where(is_right, -scores, scores)).sum())

    slope, offset = minimize(loss, x0=np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


def main() -> None:
    """Prints the two numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--real", type=Path, required=True, help="what training.data.real_crops wrote"
    )
    logits, is_right = held_out_readings(parser.parse_args().real)
    slope, offset = fit(logits, is_right)
    print(f"{len(logits)} plates, {is_right.mean():.1%} right")
    print(f"CALIBRATION_SLOPE, CALIBRATION_OFFSET = {slope:.2f}, {offset:.2f}")


if __name__ == "__main__":
    main()
