"""The frame around the apps: kernel, configuration and command line."""
