"""The case in hand: what several places and panels show of it or ask about it."""
