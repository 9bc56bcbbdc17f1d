"""Braces: the orders under way and the life of each."""

from clinicdesk.ui.places.brace.place import BracesPlace

__all__ = ["BracesPlace"]
