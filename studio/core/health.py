"""How the installation is: sections of findings, each with what is wrong and what to do about it.

Every part of the studio adds its own section (settings.HEALTH_PROBES), so that the kernel needs not know it. The page,
the command `manage.py health` and the address for load balancers all read the same. The web process never loads the
picture engine: what is known of devices was told by the workers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)
OK, WARN, BAD, NOTE = "ok", "warn", "bad", "note"
_ORDER = {BAD: 0, WARN: 1, NOTE: 2, OK: 2}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its name, what was found, and what to do where it is not well."""

    name: str
    value: str
    state: str = OK
    do: str = ""
    code: str = ""  # stable, for machines


@dataclass(frozen=True)
class Section:
    """Findings that belong together; `action` is (address name, label) of something that can be started here."""

    key: str
    title: str
    findings: list[Finding] = field(default_factory=list)
    action: tuple[str, str] | None = None

    @property
    def state(self) -> str:
        """The worst state of its findings."""
        return worst(self.findings)


def worst(findings: list[Finding]) -> str:
    """Return the worst state: bad, warn or ok."""
    found = min((finding.state for finding in findings), key=lambda state: _ORDER[state], default=OK)
    return OK if found == NOTE else found


def examine() -> list[Section]:
    """Return every section. A probe that fails is itself a finding; the others go on."""
    return [_run(path) for path in settings.HEALTH_PROBES]


def problems(sections: list[Section]) -> list[tuple[Section, Finding]]:
    """Return what is not well, worst first."""
    found = [
        (section, each) for section in sections for each in section.findings if each.state in {BAD, WARN}
    ]
    return sorted(found, key=lambda pair: _ORDER[pair[1].state])


def _run(path: str) -> Section:
    try:
        probe: Callable[[], Section] = import_string(path)
        return probe()
    except Exception as error:  # a health page that fails tells nobody anything
        log.exception("the probe %s failed", path)
        finding = Finding(
            path, f"{type(error).__name__}: {error}", BAD, _("See the log of the web server."), "probe"
        )
        return Section(path, path.rpartition(".")[2], [finding])
