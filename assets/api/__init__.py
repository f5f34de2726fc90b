"""The API of `assets`: HTTP shape only; every mutation is a service."""
