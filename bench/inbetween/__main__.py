"""`python -m bench.inbetween`; see `bench.inbetween.cli`."""

from bench.inbetween.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
