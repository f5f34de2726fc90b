"""Tests of what writes rows."""
