"""How the clinic's time is used, by month."""

from __future__ import annotations

from clinicdesk.ui.places.numbers.place import NumbersPlace

__all__ = ["NumbersPlace"]
