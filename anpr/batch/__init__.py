"""Reads many photos: in this process, in several, or on a cluster."""
