"""The windows of a run: sign-in, the wizard, the main window with its bars, and Find."""
