"""Many photos: in this process, in several, or on a cluster."""
