"""What every panel that is opened for a patient, a case or a check-in stands on."""
