"""The `sakkan` command."""
