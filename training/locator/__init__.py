"""The detector and the corner regressor: scenes, networks, training and scores."""
