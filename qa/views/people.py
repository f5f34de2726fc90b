"""Who may decide on a review desk: the people that a flag can be given to, and whose retakes a stage's are."""

from __future__ import annotations

from dataclasses import dataclass, field

from assets import access, authority
from assets.choices import Stage
from assets.models import Membership, Production
from studio.core.models import User
from studio.core.roles import Action, Role


@dataclass
class Colleague:
    """Somebody who may give verdicts in a production."""

    user: User
    is_reader: bool
    roles: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)  # whose retakes they may order

    @property
    def role_words(self) -> str:
        """Their roles as people read them."""
        return " · ".join(str(Role(role).label) for role in self.roles)


def colleagues(production: Production, reader: User, stage: str = "") -> list[Colleague]:
    """Return who may give verdicts: the reader first, then who has authority over `stage`, then by name."""
    rows = Membership.objects.filter(
        production=production, role__in=access.roles_with(Action.GIVE_VERDICT), user__is_active=True
    )
    found: dict[int, Colleague] = {}
    for row in rows.select_related("user"):
        one = found.setdefault(row.user_id, Colleague(row.user, is_reader=row.user_id == reader.pk))
        one.roles.append(row.role)
    for one in found.values():
        one.stages = [code for code in Stage.values if set(one.roles) & _roles_for(production, code)]
    return sorted(found.values(), key=lambda one: (not one.is_reader, stage not in one.stages, str(one.user)))


def refusals(production: Production, reader: User) -> dict[str, str]:
    """Return the stages whose retakes the reader may not order, each with the sentence that says who may."""
    held = access.roles_of(reader, production)
    return {
        code: authority.refusal(production, code).message
        for code in Stage.values
        if not held & _roles_for(production, code)
    }


def _roles_for(production: Production, stage: str) -> set[str]:
    return set(authority.roles_for(production, stage))
