"""The rules and values of a spine clinic: frozen values and pure functions, standard library only."""
