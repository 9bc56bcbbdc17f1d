"""Who is busy when: intervals, claims, clashes and the layout of a diary."""
