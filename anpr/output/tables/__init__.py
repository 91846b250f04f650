"""Tables: CSV, JSON Lines and Parquet, with one schema."""
