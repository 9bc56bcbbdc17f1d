"""The constraint solver: the only user of OR-Tools, and that only in a process of its own.

Importing OR-Tools takes half a second and 150 MB, and a search keeps every core busy: neither may happen in the process of
the window. `process` is this side, `__main__` the other; between them go numbers (`wire`), never anything about a patient.
"""
