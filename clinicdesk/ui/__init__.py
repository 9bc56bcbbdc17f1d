"""Windows and views. Imports services, domain and base modules only; imported by nobody but bootstrap."""
