"""The bench of in-betweening: puppets, a rigged character and real sequences, beside every baseline."""
