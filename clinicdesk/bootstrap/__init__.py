"""The composition root: the one part that knows every other, and wires them.

`command_line` is what ``clinicdesk`` runs; `window` opens the windows, one after the other; `places` says what stands in
them; `loading` imports what is heavy while the person types.
"""
