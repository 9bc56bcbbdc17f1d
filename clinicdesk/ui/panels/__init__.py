"""The panels at the right. No panel knows another: the window opens each by its key."""
