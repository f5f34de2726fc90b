"""How the command ends, and why."""

from __future__ import annotations

OK, FLAGGED, USAGE, REFUSED, UNREACHABLE = range(5)


class CliError(Exception):
    """The command cannot go on; the text is for the person, `code` is how the process ends."""

    code = REFUSED


class Refused(CliError):
    """The server, or the state of things, says no."""


class Unreachable(CliError):
    """There is no server, or the line stays broken."""

    code = UNREACHABLE


class BadInput(CliError):
    """What the person gave cannot be used."""

    code = USAGE
