"""One signed call to another system: only http(s), never into this network unless it is allowed, no redirects.

The name is resolved here and the connection goes to the very address that was checked, so that a name that
changes its address in between leads nowhere else. Proxies of the environment are not used, for the same reason.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_noop

TIMEOUT_S = 10
_ANSWER_BYTES = 400
NOT_HTTP = gettext_noop("Only addresses with http:// or https:// are called.")
NO_HOST = gettext_noop("The address names no server.")
NO_PASSWORD = gettext_noop("The address must hold no user name or password; the signature says who calls.")
PRIVATE = gettext_noop(
    "The address lies in this machine's or this network's own range. Ask the administrator to allow it "
    "(SAKKAN_WEBHOOK_ALLOW_PRIVATE)."
)
# What goes wrong with most addresses, in words; anything else is shown as the machine says it.
_SAID = (
    (socket.gaierror, gettext_noop("The server's name is not known. Check the address for a slip.")),
    (ssl.SSLCertVerificationError, gettext_noop("The server's certificate could not be trusted.")),
    (TimeoutError, gettext_noop("No answer came in time.")),
    (ConnectionRefusedError, gettext_noop("Nobody listens at that address.")),
)


class Refused(Exception):
    """An address that is not called; the reason is a sentence for translators."""


@dataclass(frozen=True)
class Answer:
    """What the other side said: `status` None means that there was no answer, `error` why."""

    status: int | None
    text: str = ""
    error: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the delivery was taken: any 2xx. A redirect is not followed, so it was not."""
        return self.status is not None and 200 <= self.status < 300


def signature(secret: str, body: bytes, at: int) -> str:
    """Return the header X-Sakkan-Signature: the time, and an HMAC-SHA256 of "time.body"."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def check_address(url: str) -> SplitResult:
    """Return the address in its parts where it may be called, as far as can be said without asking for its name.

    Raises:
        Refused: another scheme, no host, a password in it, or an address of a private range.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused(NO_HOST) from error
    if parts.scheme not in {"http", "https"}:
        raise Refused(NOT_HTTP)
    if not parts.hostname or port == 0:
        raise Refused(NO_HOST)
    if parts.username or parts.password:
        raise Refused(NO_PASSWORD)
    if parts.hostname == "localhost" or parts.hostname.endswith(".localhost"):
        _refuse_private("127.0.0.1")
    try:
        ipaddress.ip_address(parts.hostname)
    except ValueError:
        return parts  # a name: it is resolved when it is called
    _refuse_private(parts.hostname)
    return parts


def send(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post `body` and return what came back; never raises for what the other side does."""
    try:
        parts = check_address(url)
        address = _resolve(parts)
        connection = _connection(parts, address)
    except Refused as refusal:
        return Answer(None, error=str(refusal))
    except (OSError, ValueError) as error:  # ValueError: a name that cannot be one
        return Answer(None, error=_said(error))
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        text = response.read(_ANSWER_BYTES).decode("utf-8", "replace").replace("\x00", "")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(None, error=_said(error))
    finally:
        connection.close()
    return Answer(response.status, text)


def _said(error: Exception) -> str:
    known = next((words for kind, words in _SAID if isinstance(error, kind)), "")
    return known or f"{type(error).__name__}: {error}"[:300]


def _resolve(parts: SplitResult) -> str:
    """Return the address to connect to. One private address among those of a name refuses them all."""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(str(parts.hostname), port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        _refuse_private(address)
    return addresses[0]


def _refuse_private(address: str) -> None:
    if settings.WEBHOOK_ALLOW_PRIVATE:
        return
    found: Any = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    nat64 = ipaddress.ip_network("64:ff9b::/96")
    if found.version == 6 and found in nat64:
        inner = ipaddress.ip_address(int(found) & 0xFFFFFFFF)
    for each in (found, inner):
        if each is not None and (not each.is_global or each.is_multicast):
            raise Refused(PRIVATE)


def _connection(parts: SplitResult, address: str) -> http.client.HTTPConnection:
    """Return a connection to `address` that speaks to `parts.hostname`: its name stands in Host and certificate."""
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    plain = socket.create_connection((address, port), timeout=TIMEOUT_S)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    if parts.scheme == "https":
        try:
            plain = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = plain
    return connection
