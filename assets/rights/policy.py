"""Policy profiles: how strictly a production takes the rules. YAML files, read by producers and distributors.

A profile may make a rule graver, milder or switch it off, and sets a few limits. It weighs doubts; it grants nothing:
a binding rule (no right is there, or a right forbids it) is never milder. A profile that cannot be read is an error
that names the line; nobody falls back to a milder one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assets.rights.rules.base import BLOCK, ERROR, INFO, RULES, WARN, Reason
from studio.core.errors import InvalidInput, phrase

FOLDER = Path(__file__).parent / "policies"
DEFAULT = "strict-optin"
_OFF = "off"
_GRAVITY = {INFO: 0, WARN: 1, ERROR: 2, BLOCK: 3}
_MAX_CHARS = 20_000


@dataclass(frozen=True)
class Policy:
    """One profile.

    `opt_in_only`: a statutory exception never suffices. `per_work`: a blanket consent does not suffice.
    `holder_for_licences`: works under a public licence need a named owner too. `needs_approval`: actions that the
    distributor approves in writing. `expiry_days`, `payment_days`: when a grant that ends or a payment that is late is
    told. `review_months`: how long a reading of a licence counts.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    opt_in_only: bool = True
    per_work: bool = False
    holder_for_licences: bool = False
    needs_approval: frozenset[str] = frozenset()
    expiry_days: int = 90
    payment_days: int = 30
    review_months: int = 12
    severities: Mapping[str, str] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    waived: frozenset[str] = frozenset()

    def take(self, found: Iterable[Reason]) -> tuple[Reason, ...]:
        """Return what this profile leaves of what rules found, as gravely as it takes it."""
        if not (self.severities or self.off or self.waived):
            return tuple(found)
        left = (each for each in found if each.rule not in self.off and not self._lets_stand(each))
        return tuple(self._weighed(each) for each in left)

    def _weighed(self, found: Reason) -> Reason:
        """Return it as gravely as the profile takes it; what is a special case of its rule stays one.

        A rule may be milder for a model that only judges, or graver for a payment that is very late. A profile moves
        the rule; it lifts no milder case above it and lowers no graver one unless it changes the rule at all.
        """
        usual, wanted = RULES[found.rule].severity, self.severities.get(found.rule)
        if wanted is None or wanted == usual:
            return found
        if _GRAVITY[found.severity] < _GRAVITY[usual]:
            wanted = min(found.severity, wanted, key=_GRAVITY.__getitem__)
        return found.graver(wanted)

    def _lets_stand(self, found: Reason) -> bool:
        return bool(self.waived) and RULES[found.rule].waivable and found.fingerprint in self.waived


_SETTINGS: dict[str, type] = {
    "opt_in_only": bool,
    "per_work": bool,
    "holder_for_licences": bool,
    "needs_approval": list,
    "expiry_days": int,
    "payment_days": int,
    "review_months": int,
}


@cache
def shipped() -> dict[str, Policy]:
    """Return Sakkan's own profiles by name."""
    found = (read(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml")))
    return {policy.name: policy for policy in found}


def read(text: str) -> Policy:
    """Return the profile that `text` (YAML) describes.

    Raises:
        InvalidInput: it cannot be read, names an unknown rule or setting, or makes a binding rule milder.
    """
    if len(text) > _MAX_CHARS:
        raise _bad(phrase("at most {limit} characters", limit=_MAX_CHARS))
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise _bad(phrase("line {line} cannot be read as YAML", line=line)) from error
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        raise _bad(phrase("it needs a name"))
    unknown = sorted(str(key) for key in set(data) - {"name", "title", "rules", "settings"})
    if unknown:
        raise _bad(phrase("“{word}” is not known here", word=unknown[0]))
    severities, off = _rules(data.get("rules") or {})
    settings = _settings(data.get("settings") or {})
    title = data.get("title")
    titles = {str(key): str(value) for key, value in title.items()} if isinstance(title, dict) else {}
    return Policy(name=data["name"], title=titles, text=text, severities=severities, off=off, **settings)


def _rules(data: Any) -> tuple[dict[str, str], frozenset[str]]:
    if not isinstance(data, dict):
        raise _bad(phrase("“rules” is a list of rule: severity"))
    severities, off = {}, set()
    for rule, wanted in data.items():
        if rule not in RULES:
            raise _bad(phrase("there is no rule {rule}", rule=rule))
        # YAML reads a bare `off` as False.
        severity = _OFF if wanted is False else wanted
        if severity == _OFF and RULES[rule].binding:
            raise _bad(phrase("{rule} cannot be switched off", rule=rule))
        if severity == _OFF:
            off.add(rule)
        elif severity in (BLOCK, ERROR, WARN, INFO):
            severities[rule] = _not_milder(rule, severity)
        else:
            raise _bad(phrase("{rule}: block, error, warn, info or off", rule=rule))
    return severities, frozenset(off)


def _not_milder(rule: str, severity: str) -> str:
    if RULES[rule].binding and _GRAVITY[severity] < _GRAVITY[RULES[rule].severity]:
        raise _bad(phrase("{rule} cannot be made milder", rule=rule))
    return severity


def _settings(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise _bad(phrase("“settings” is a list of name: value"))
    found: dict[str, Any] = {}
    for name, value in data.items():
        kind = _SETTINGS.get(name)
        if kind is None:
            raise _bad(phrase("there is no setting {name}", name=name))
        if type(value) is not kind:
            raise _bad(phrase("the setting {name} has a value of another kind", name=name))
        if isinstance(value, int) and value < 0:
            raise _bad(phrase("the setting {name} cannot be negative", name=name))
        found[name] = frozenset(str(each) for each in value) if isinstance(value, list) else value
    return found


def _bad(reason: str) -> InvalidInput:
    return InvalidInput(field="policy", reason=reason)
