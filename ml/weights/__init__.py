"""Weights that Sakkan ships: safetensors with their sha256 beside them. Recipes: `ml.training`."""
