"""The outside's formats, turned into the clinic's own words at the door."""
