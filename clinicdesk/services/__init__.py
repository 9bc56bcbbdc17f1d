"""What a person can do: one short function each, in its own unit of work."""
