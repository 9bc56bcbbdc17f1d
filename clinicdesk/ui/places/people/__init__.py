"""People: finding a patient, a patient's page, registering and changing one, and importing a list."""
