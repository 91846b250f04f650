"""Calibrates the exported readers' confidence, so that it is the share of correct readings.

    python -m training.reader.calibrate --real CACHE/real.npz

Reads the transcribed plates held out of training, with all networks and retries, and fits the two
numbers of `anpr.read.network`: confidence = 1 / (1 + exp(-(SLOPE * log odds of p + OFFSET))),
where p is the probability of the text.

Source: J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from anpr.probability import log_odds
from anpr.read.network import NetworkReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate
from training.data import real_crops


def held_out_readings(real: Path) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Returns the log odds of the uncalibrated probabilities, and which readings are correct.

    Plates in which nothing was read are left out: their confidence is 0 in any case.
    """
    crops = real_crops.load(real)
    held_out = crops.subset(real_crops.is_dev(crops))
    reader, logits, is_correct = NetworkReader(), [], []
    for index, text in enumerate(held_out.texts):
        gray = real_crops.plain_crop(held_out, index)
        whole = Candidate.filling(Box(0, 0, gray.shape[1], gray.shape[0]))
        prediction = reader.predict(cut_out(gray, whole))
        if prediction.text:
            logits.append(log_odds(prediction.probability))
            is_correct.append(prediction.text == text)
    return np.array(logits), np.array(is_correct)


def fit(logits: NDArray[np.float64], is_correct: NDArray[np.bool_]) -> tuple[float, float]:
    """Returns the slope and the offset that maximise the likelihood."""

    def loss(parameters: NDArray[np.float64]) -> float:
        scores = parameters[0] * logits + parameters[1]
        return float(np.logaddexp(0, np.where(is_correct, -scores, scores)).sum())

    slope, offset = minimize(loss, x0=np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(offset)


def main() -> None:
    """Prints the two numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--real", type=Path, required=True, help="the file that training.data.real_crops wrote"
    )
    logits, is_correct = held_out_readings(parser.parse_args().real)
    slope, offset = fit(logits, is_correct)
    print(f"{len(logits)} plates, {is_correct.mean():.1%} correct")
    print(f"CALIBRATION_SLOPE, CALIBRATION_OFFSET = {slope:.2f}, {offset:.2f}")


if __name__ == "__main__":
    main()
