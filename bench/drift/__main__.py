"""`python -m bench.drift`; see `bench.drift.cli`."""

from bench.drift.cli import main

if __name__ == "__main__":  # workers are spawned and import this module again
    raise SystemExit(main())
