"""The readers: networks, batches, training and scores."""
