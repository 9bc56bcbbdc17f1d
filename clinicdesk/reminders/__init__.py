"""What is due, and the background runner: the only user of APScheduler."""
