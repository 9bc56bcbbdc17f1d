"""Preparation: what is missing before the cases to come."""

from clinicdesk.ui.places.preparation.place import PreparePlace

__all__ = ["PreparePlace"]
