"""Rules R01 to R50: examples and properties."""
