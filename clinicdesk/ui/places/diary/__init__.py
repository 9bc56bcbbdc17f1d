"""The diary: a custom-painted day and week, and the place it lives in."""
