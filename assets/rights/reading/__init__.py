"""Readers of what a set of art says about itself. They believe nothing: they only report who says what, and where."""
