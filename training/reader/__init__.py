"""The readers: networks, batches, training, scores."""
