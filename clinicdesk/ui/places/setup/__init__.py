"""The Set up place: clinic, hours, resources, catalogue and handout texts."""

from __future__ import annotations

from clinicdesk.ui.places.setup.place import SetUpPlace

__all__ = ["SetUpPlace"]
