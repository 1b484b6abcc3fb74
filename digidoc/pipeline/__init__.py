"""Where the areas meet: scan to record."""
