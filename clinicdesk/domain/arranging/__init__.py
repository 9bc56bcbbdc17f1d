"""A day's cases put into an order: the problem, what a plan is worth, whether it breaks anything, and a first plan.

Numbers only: cases and units are ids, times are whole minutes of the day. So the problem can be handed to the solver's own
process as it stands, and nothing about a patient leaves this one.
"""
