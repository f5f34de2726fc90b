"""Tests of the in-betweener."""
