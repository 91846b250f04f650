"""Draws plates, trains the networks on them and exports the networks to `anpr/models`."""
