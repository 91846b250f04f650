"""Tables in CSV, JSON Lines and Parquet, all with one schema."""
