"""The telephone call: what every view that calls patients says of it."""
