"""What a user gets: lines of text, annotated photos."""
