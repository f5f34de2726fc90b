"""Pages of `qa`: words and layout alone. What may be done is asked in the services."""
