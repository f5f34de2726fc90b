"""Things that turn figures into vectors. All of them look alike from outside: see `ml.embedders.base`."""
