"""The weights of the networks, their checksums and their model card."""
