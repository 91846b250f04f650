"""Finds the photos to read: in folders, behind URLs, and as they arrive in a watched folder."""
