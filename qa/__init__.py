"""Embeddings, check runs, flags, verdicts and the review desk."""
