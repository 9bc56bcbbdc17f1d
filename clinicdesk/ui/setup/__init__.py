"""The Set up place: clinic, hours, resources, catalogue and handout texts."""

from __future__ import annotations

from clinicdesk.ui.setup.place import SetUpPlace

__all__ = ["SetUpPlace"]
