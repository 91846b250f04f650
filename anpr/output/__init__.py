"""Everything a run writes: tables, copies of photos, the report, lines on a terminal."""
