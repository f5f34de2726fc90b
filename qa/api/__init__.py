"""The API of `qa`: HTTP shape only; every mutation is a service."""
