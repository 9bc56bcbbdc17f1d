"""Today: the day list, and what the day's delays will push back."""

from clinicdesk.ui.places.today.place import TodayPlace

__all__ = ["TodayPlace"]
