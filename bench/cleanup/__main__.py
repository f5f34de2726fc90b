"""`python -m bench.cleanup`; see `bench.cleanup.cli`."""

from bench.cleanup.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
