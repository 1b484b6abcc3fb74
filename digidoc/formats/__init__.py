"""Forms that values are written in and read from: JSON, TOML, CSV, HTML."""
