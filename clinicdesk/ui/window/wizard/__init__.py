"""The first start: a clinic is made, or the demo is tried. Nothing is written until the last step."""

from __future__ import annotations

from clinicdesk.ui.window.wizard.answers import Answers
from clinicdesk.ui.window.wizard.window import Makers, Wizard

__all__ = ["Answers", "Makers", "Wizard"]
