"""What a row of the table of the API says, and the people that it is asked of."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

# S supervisor, A artist, O outside artist, P producer, T production assistant, N administrator, X stranger, ? nobody
ROLES = {
    "S": "supervisor",
    "A": "artist",
    "O": "outside_artist",
    "P": "producer",
    "T": "assistant",
    "N": "administrator",
    "X": "stranger",
    "?": "",
}
MEMBERS = "SAOPTN"
PEOPLE = MEMBERS + "X"


@dataclass(frozen=True)
class Row:
    """Whom the service lets do it; from whom the thing is hidden (404); everybody else is refused (403)."""

    allowed: str
    hidden: str = "X"
    body: dict[str, Any] = field(default_factory=dict)
    kind: str = "json"
    headers: dict[str, str] = field(default_factory=dict)

    def expected(self, role: str) -> str:
        """Return "allowed", "404", "403" or "401"."""
        if role in self.allowed:
            return "allowed"
        if role == "?":
            return "401"
        return "404" if role in self.hidden else "403"


def file_of(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


SEEN = Row(MEMBERS)
OWN = Row(PEOPLE)
