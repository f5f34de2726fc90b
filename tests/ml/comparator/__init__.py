"""Tests of ml.comparator."""
