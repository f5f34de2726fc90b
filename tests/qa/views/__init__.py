"""Tests of the pages of `qa`."""
