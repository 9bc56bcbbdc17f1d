"""Identifiers, told apart by the type checker."""

from __future__ import annotations

from typing import NewType

UserId = NewType("UserId", int)
PatientId = NewType("PatientId", int)
ResourceId = NewType("ResourceId", int)
ProcedureId = NewType("ProcedureId", int)
BookingId = NewType("BookingId", int)
BraceOrderId = NewType("BraceOrderId", int)
CheckInId = NewType("CheckInId", int)
PaperId = NewType("PaperId", int)
ClosureId = NewType("ClosureId", int)
BlockId = NewType("BlockId", int)
