"""Rules R01 to R50, each a pure function over frozen facts."""
