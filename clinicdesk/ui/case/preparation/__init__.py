"""How ready a case is, in words and marks."""
