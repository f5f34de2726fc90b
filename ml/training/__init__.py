"""Training of Sakkan's own networks, from nothing but drawings that `ml.puppets` makes.

`python -m ml.training comparator --size cpu --out FOLDER` renders shards, trains, and exports; see docs/models.
"""
