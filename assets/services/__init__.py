"""Mutations of `assets`: check, lock, write, audit, enqueue."""
