"""DriftBench: how well a method sees off-model drawing, on puppets (tier A) and on real drawings (tier B)."""
