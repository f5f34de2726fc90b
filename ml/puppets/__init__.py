"""Our own layered cel characters: drawn from vector parts with named swatches, deterministic by seed.

Everything the demo, the tests and (later) the benchmarks and the training need is drawn here, so that no
drawing of anyone else is needed. See docs/puppets.md.
"""
