"""What a clerk keys, on whichever page: the bench serves it, an exported file has it inside."""
