"""Mutations of `qa`: check, lock, write, audit, enqueue."""
