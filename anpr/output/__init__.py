"""What comes out: tables, copies of photos, the report, lines on a terminal."""
