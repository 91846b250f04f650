"""Which photos? Folders, URLs and what arrives in a watched folder."""
