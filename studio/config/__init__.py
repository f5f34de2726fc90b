"""The top of the import order: imports everyone, imported by nobody."""
