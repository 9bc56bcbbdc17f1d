"""The form for a new brace order."""

from clinicdesk.ui.panels.brace.form import BraceOrderForm, open_brace_form

__all__ = ["BraceOrderForm", "open_brace_form"]
