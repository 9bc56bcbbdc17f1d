"""The waiting list: who waits, and what they wish."""

from clinicdesk.ui.places.waiting.place import WaitingPlace

__all__ = ["WaitingPlace"]
