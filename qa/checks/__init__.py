"""Checks: measurements and limits in, findings out. No database, no device."""
