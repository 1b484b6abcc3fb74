"""What is written to disks: whole or not at all, durable, by one writer at a time."""
