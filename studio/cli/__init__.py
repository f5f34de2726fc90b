"""The `sakkan` command: a program of its own that speaks to the API. It knows no database and no settings of Django."""
