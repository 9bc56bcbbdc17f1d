"""Who waits and what they wish, in words; and what follows when a time is given back."""
