"""The API as the command uses it: one session, errors as sentences, lists without their pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

from studio.cli.config import Account
from studio.cli.errors import Refused, Unreachable

_TIMEOUT_S = (10, 120)


class Client:
    """Speaks to one server as one person."""

    def __init__(self, account: Account) -> None:
        self.url = account.url
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc must not replace the token
        self._session.headers["Accept"] = "application/json"
        if account.token:
            self._session.headers["Authorization"] = f"Token {account.token}"

    def get(self, path: str, **query: Any) -> Any:
        """Return the body of a GET, without the parameters that are None."""
        wanted = {name: value for name, value in query.items() if value is not None}
        return self._json("GET", path, params=wanted)

    def post(self, path: str, **body: Any) -> Any:
        """Return the body of a POST of JSON."""
        return self._json("POST", path, json=body)

    def delete(self, path: str) -> None:
        """Delete."""
        self._json("DELETE", path)

    def listed(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield every row of a list, page after page."""
        number = 1
        while True:
            page = self.get(path, page=number, page_size=500, **query)
            yield from page["results"]
            if not page["next"]:
                return
            number += 1

    def bytes(self, path: str) -> bytes:
        """Return the body of a GET as it is."""
        return self.send("GET", path).content

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request to a path below /api/v1/, or to a path from the root.

        Raises:
            Refused: the server says no; the sentence is the server's.
            Unreachable: there is no server, or it is in trouble.
        """
        try:
            response = self.raw(method, path, **options)
        except requests.RequestException as error:
            msg = f"{self.url} does not answer ({type(error).__name__})."
            raise Unreachable(msg) from error
        if response.status_code >= 400:
            raise refusal(response)
        return response

    def raw(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send a request and return whatever comes; broken lines are requests' own errors."""
        address = self.url + (path if path.startswith("/") else f"/api/v1/{path}")
        return self._session.request(method, address, timeout=_TIMEOUT_S, allow_redirects=False, **options)

    def _json(self, method: str, path: str, **options: Any) -> Any:
        response = self.send(method, path, **options)
        if response.status_code == 204:
            return None
        try:
            return response.json()
        except requests.JSONDecodeError as error:
            msg = f"{self.url} is no Sakkan server."
            raise Unreachable(msg) from error


def refusal(response: requests.Response) -> Refused | Unreachable:
    """Return the server's sentence as an error to raise."""
    try:
        sentence = str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return Unreachable(f"The server answered {response.status_code} {response.reason}.")
    if response.status_code == 401:
        sentence += " Run: sakkan login URL"
    return Refused(sentence)
