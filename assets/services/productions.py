"""Productions, who works on them, their episodes and naming rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from assets import access
from assets.intake.naming_rules import DEFAULT_RULES, NamingRule, match_rule, validate_rule
from assets.intake.problems import TEMPLATES
from assets.models import Episode, Membership, Production
from assets.services import desk_rules, rows
from studio.core import audit
from studio.core.errors import DuplicateContent, InvalidInput, InvalidTransition, NotAllowed, phrase
from studio.core.models import User
from studio.core.roles import Action, Role

_PRODUCTION_FIELDS = ("code", "title", "fps", "note", "archived", "drift_by_artist")
_RULES = {"retake_authority": desk_rules.clean_authority, "paper_colours": desk_rules.clean_papers}
_EPISODE_FIELDS = ("code", "title", "due_on")
_MAX_RULES = 50


def may_create(user: User) -> bool:
    """Return whether `user` may open a new production: staff, or whoever manages another one."""
    if not user.is_active:
        return False
    if user.is_staff or user.is_superuser:
        return True
    managers = access.roles_with(Action.MANAGE_PRODUCTION)
    return Membership.objects.filter(user=user, role__in=managers).exists()


def create(*, actor: User, code: str, title: str, fps: Any = 24, note: str = "") -> Production:
    """Open a production; its creator becomes its producer.

    Raises:
        NotAllowed: neither staff nor a manager elsewhere.
        InvalidInput, DuplicateContent: a bad or taken code.
    """
    if not may_create(actor):
        raise NotAllowed(action=str(Action.MANAGE_PRODUCTION.label))
    with transaction.atomic():
        production = rows.create(
            Production(code=code, title=title, fps=fps, note=note),
            actor=actor,
            verb="production.create",
            production_id=None,
            names=_PRODUCTION_FIELDS,
        )
        _give_role(actor, production, actor, Role.PRODUCER)
    production.refresh_from_db()
    return production


def update(*, actor: User, production: Production, **fields: Any) -> Production:
    """Change title, rate, note or code, archive it, or set its own rules of the trade (see `desk_rules`)."""
    access.require(actor, Action.MANAGE_PRODUCTION, production)
    fields |= {name: clean(fields[name]) for name, clean in _RULES.items() if name in fields}
    with transaction.atomic():
        changed = rows.change(
            rows.locked(production),
            fields,
            actor=actor,
            verb="production.update",
            production_id=production.pk,
            allowed=(*_PRODUCTION_FIELDS, *_RULES),
        )
    changed.refresh_from_db()
    return changed


def naming_rules_of(production: Production) -> tuple[NamingRule, ...]:
    """Return the rules that read this production's names, in their order: its own, or Sakkan's."""
    own = tuple(NamingRule(**rule) for rule in production.naming_rules)
    return own or DEFAULT_RULES


def set_naming_rules(
    *, actor: User, production: Production, rules: Iterable[Mapping[str, Any]]
) -> Production:
    """Replace the naming rules; none means Sakkan's own again.

    Raises:
        InvalidInput: a rule that cannot be one, named by its place in the list.
    """
    access.require(actor, Action.MANAGE_PRODUCTION, production)
    cleaned = _clean_rules(list(rules))
    with transaction.atomic():
        return rows.change(
            rows.locked(production),
            {"naming_rules": cleaned},
            actor=actor,
            verb="production.naming_rules",
            production_id=production.pk,
            allowed=("naming_rules",),
        )


def add_role(*, actor: User, production: Production, user: User, role: str) -> Membership:
    """Give `user` a role; they may hold several.

    Raises:
        DuplicateContent: they hold it already.
    """
    access.require(actor, Action.MANAGE_MEMBERS, production)
    if role not in Role.values:
        raise InvalidInput(
            field="role",
            reason=phrase("“{value}” is not one of {known}", value=role, known=", ".join(Role.values)),
        )
    with transaction.atomic():
        rows.locked(production)
        return _give_role(actor, production, user, role)


def remove_role(*, actor: User, membership: Membership) -> None:
    """Take a role away; the last one who can give roles keeps theirs.

    Raises:
        InvalidTransition: nobody would be left to give roles.
    """
    production = membership.production
    access.require(actor, Action.MANAGE_MEMBERS, production)
    with transaction.atomic():
        rows.locked(production)
        membership = rows.locked(membership, "user")
        keepers = Membership.objects.filter(
            production=production, role__in=access.roles_with(Action.MANAGE_MEMBERS), user__is_active=True
        )
        if not keepers.exclude(pk=membership.pk).exists():
            raise InvalidTransition("last_manager", person=str(membership.user))
        rows.remove(
            membership,
            actor=actor,
            verb="role.remove",
            production_id=production.pk,
            names=("user", "role"),
        )


def create_episode(
    *, actor: User, production: Production, code: str, title: str = "", due_on: Any = None
) -> Episode:
    """Add an episode (話数)."""
    access.require(actor, Action.MANAGE_PRODUCTION, production)
    with transaction.atomic():
        rows.locked(production)
        _check_code(code)
        episode = rows.create(
            Episode(production=production, code=code, title=title, due_on=due_on),
            actor=actor,
            verb="episode.create",
            production_id=production.pk,
            names=_EPISODE_FIELDS,
        )
    episode.refresh_from_db()
    return episode


def update_episode(*, actor: User, episode: Episode, **fields: Any) -> Episode:
    """Change an episode's code, title or due date."""
    production = episode.production
    access.require(actor, Action.MANAGE_PRODUCTION, production)
    if "code" in fields:
        _check_code(fields["code"])
    with transaction.atomic():
        changed = rows.change(
            rows.locked(episode),
            fields,
            actor=actor,
            verb="episode.update",
            production_id=production.pk,
            allowed=_EPISODE_FIELDS,
        )
    changed.refresh_from_db()
    return changed


def _give_role(actor: User, production: Production, user: User, role: str) -> Membership:
    if Membership.objects.filter(production=production, user=user, role=role).exists():
        raise DuplicateContent(what=str(Role(role).label), key=str(user))
    membership = Membership.objects.create(production=production, user=user, role=role)
    audit.record(
        actor=actor,
        verb="role.add",
        target=membership,
        production_id=production.pk,
        after={"user": str(user), "role": str(role)},
    )
    return membership


def _check_code(code: str) -> None:
    # It becomes part of file and folder names such as EP01_C012_AD.
    if not re.fullmatch(r"[^\W_](?:[^\W_]|-)*", str(code)):
        raise InvalidInput(field="code", reason="letters, digits and - only, like EP01")


def _clean_rules(given: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    if len(given) > _MAX_RULES:
        raise InvalidInput(field="naming_rules", reason=phrase("at most {limit} rules", limit=_MAX_RULES))
    cleaned: list[dict[str, str]] = []
    for place, rule in enumerate(given, 1):
        cleaned.append(_clean_rule(rule, place, {row["id"] for row in cleaned}))
    return cleaned


def _clean_rule(rule: Mapping[str, Any], place: int, taken: set[str]) -> dict[str, str]:
    if not isinstance(rule, Mapping):
        raise InvalidInput(
            field="naming_rules", reason=phrase("rule {place} is not a mapping of texts", place=place)
        )
    texts = {name: rule.get(name, "") for name in ("id", "label", "pattern", "example")}
    if not all(isinstance(text, str) and len(text) <= 400 and "\x00" not in text for text in texts.values()):
        raise InvalidInput(
            field="naming_rules", reason=phrase("rule {place}: every part is a text", place=place)
        )
    texts["id"] = texts["id"] or f"rule-{place}"
    texts["label"] = texts["label"] or texts["id"]
    problem = validate_rule(texts["pattern"])
    reason = phrase(TEMPLATES[problem.code], **problem.data) if problem else ""
    if texts["id"] in taken:
        reason = phrase("the name “{name}” is there twice", name=texts["id"])
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", texts["example"])
    if not reason and stem and match_rule(NamingRule(**texts), stem) is None:
        reason = phrase("it does not read its own example {example}", example=texts["example"])
    if reason:
        raise InvalidInput(
            field="naming_rules", reason=phrase("rule {place}: {reason}", place=place, reason=reason)
        )
    return texts
