"""Leaving: scores, what the sheet will say, what is missing, and the door."""
