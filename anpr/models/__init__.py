"""The weights of the networks, with their checksums and their model card."""
