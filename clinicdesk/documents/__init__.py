"""Paper: takes values and gives PDF bytes; the only user of ReportLab."""
