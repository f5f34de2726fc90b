"""Formats of Japanese."""
