"""Tests of our own cel characters."""
