"""Copies of photos: plates outlined, cut out or made unreadable."""
