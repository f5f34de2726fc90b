"""How far a drawing is from its approved design: pure functions on arrays, measures with units.

`compile` reads the approved drawings once, `measure` compares one drawing with what was compiled.
Nothing here decides whether a number is a fault; it says how far out it is, 1.0 = at the design's limit.
"""
