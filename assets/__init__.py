"""Productions, characters and model sheets, cuts and takes, datasets and rights."""
