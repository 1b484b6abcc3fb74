"""What a person settles of papers that were read: taken in, kept, and never undone by reading again."""
