"""Booking: the form at the right with its drawing of the spine, and the case in hand."""
