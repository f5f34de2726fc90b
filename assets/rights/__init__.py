"""The right to use art: licences, what a set says about itself, and what follows. Pure; unknown never means yes."""
