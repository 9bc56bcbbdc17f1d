"""Braces: the orders under way, the life of each, and the form for a new one."""

from __future__ import annotations

from clinicdesk.ui.brace.form import BraceOrderForm, open_brace_form
from clinicdesk.ui.brace.place import BracesPlace

__all__ = ["BraceOrderForm", "BracesPlace", "open_brace_form"]
