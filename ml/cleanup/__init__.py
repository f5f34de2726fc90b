"""Clean-up of rough drawings: paper off, construction lines apart, strokes traced, gaps closed, drawn anew."""
