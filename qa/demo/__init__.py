"""The demo production: built from a plan, through the same services that people use."""
