"""The places in the bar at the left. No place knows another: what two share stands beneath them."""
