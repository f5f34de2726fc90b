"""Tests of the mutations of `assets`."""
