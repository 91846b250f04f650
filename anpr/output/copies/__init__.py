"""Copies of photos: with plates outlined, cut out or made unreadable."""
