"""Finds what the person named: a cut by its code, an episode, a production."""

from __future__ import annotations

import re
from typing import Any

from assets.intake.names import code_key
from studio.cli.client import Client
from studio.cli.errors import Refused

_CODE = re.compile(r"(?P<episode>.+?)[_ /-]c?(?P<number>[0-9]+[a-z]?)", re.IGNORECASE)


def cut(client: Client, code: str, production: str | None) -> dict[str, Any]:
    """Return the cut that is meant by EP01_C012; 12, 012 and C012 are one number.

    Raises:
        Refused: no such cut, or several productions have one.
    """
    match = _CODE.fullmatch(code.strip())
    if match is None:
        msg = f"“{code}” is no cut. Write it like EP01_C012."
        raise Refused(msg)
    wanted = code_key(match["episode"]), code_key(match["number"])
    exact = list(
        client.listed("cuts/", production=production, episode=match["episode"], number=match["number"])
    )
    rows = exact or list(client.listed("cuts/", production=production))
    found = [row for row in rows if (code_key(row["episode"]), code_key(row["number"])) == wanted]
    if not found:
        msg = f"There is no cut {code}, or it is not yours."
        raise Refused(msg)
    if len(found) > 1:
        names = ", ".join(sorted(row["production"] for row in found))
        msg = f"{code} is in several productions ({names}). Say which: --production CODE"
        raise Refused(msg)
    return found[0]


def production(client: Client, code: str | None) -> dict[str, Any]:
    """Return the production that is meant; without a code the only one.

    Raises:
        Refused: there is no such one, or a choice is needed.
    """
    rows = list(client.listed("productions/"))
    found = [row for row in rows if code is None or row["code"].lower() == code.lower()]
    if len(found) == 1:
        return found[0]
    names = ", ".join(row["code"] for row in rows) or "none"
    msg = f"Say which production: --production CODE. Yours are: {names}"
    raise Refused(msg)


def episode(client: Client, production_code: str, code: str) -> dict[str, Any]:
    """Return an episode by its code. Raises Refused."""
    for row in client.listed(f"productions/{production_code}/episodes/"):
        if code_key(row["code"]) == code_key(code):
            return row
    msg = f"There is no episode {code} in {production_code}."
    raise Refused(msg)
