"""The clean-up engine."""
