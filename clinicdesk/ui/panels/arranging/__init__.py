"""“Arrange this day”: a better order for a day's cases, shown before anything happens."""
