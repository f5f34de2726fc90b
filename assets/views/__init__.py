"""Pages of `assets`: words and layout. Every decision is asked in services and selectors."""
