"""What the Department publishes of attendance: read from its files, kept, and held beside ours."""
