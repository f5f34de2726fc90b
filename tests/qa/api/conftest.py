"""The same client and world as the rest of the API."""

from tests.assets.api.conftest import as_user, full

__all__ = ["as_user", "full"]
