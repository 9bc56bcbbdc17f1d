"""ClinicDesk: from the first phone call to twelve months after a spine procedure."""

from __future__ import annotations

__version__ = "0.1.0"
