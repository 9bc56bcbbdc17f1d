"""Booking: the form at the right."""
