"""Words of `qa` for templates."""
