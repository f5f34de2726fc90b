"""Who may order a retake of a stage or sign it off, and on whose paper corrections are drawn.

The trade's own table stands here; a production may keep another one. The episode director may order everything.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from assets import access
from assets.choices import Stage
from assets.models import Cut, Production
from studio.core.errors import NotAllowed
from studio.core.models import User
from studio.core.roles import Action, Role, may

_KEYS = (Role.SUPERVISOR, Role.EPISODE_DIRECTOR)
_IN_BETWEENS = (Role.INBETWEEN_CHECKER, Role.EPISODE_DIRECTOR)
_PAINT = (Role.PAINT_CHECKER, Role.EPISODE_DIRECTOR)

DEFAULT_AUTHORITY: dict[str, tuple[str, ...]] = {
    Stage.LO: _KEYS,
    Stage.GEN: _KEYS,
    Stage.KD: _KEYS,
    Stage.SECOND_KEY: _KEYS,
    Stage.AD: _IN_BETWEENS,
    Stage.AD_CHECK: _IN_BETWEENS,
    Stage.PT: _PAINT,
    Stage.PT_CHECK: _PAINT,
    Stage.BG: (Role.EPISODE_DIRECTOR,),
    Stage.COMP: (Role.PHOTOGRAPHY, Role.EPISODE_DIRECTOR),
}
# The colours of correction paper that are usual: yellow for the animation director, pink for the director.
DEFAULT_PAPERS: dict[str, str] = {
    Role.SUPERVISOR: "#e0b400",
    Role.EPISODE_DIRECTOR: "#e0569b",
    Role.INBETWEEN_CHECKER: "#2f9e5f",
    Role.PAINT_CHECKER: "#2b8fd6",
    Role.PHOTOGRAPHY: "#8d6be0",
}
OTHER_PAPER = "#d9822b"  # of everybody whose role has none


def roles_for(production: Production, stage: str) -> tuple[str, ...]:
    """Return the roles that may order retakes of `stage` and sign it off; an unknown stage has none."""
    own = production.retake_authority.get(stage)
    return tuple(own) if own else tuple(str(role) for role in DEFAULT_AUTHORITY.get(stage, ()))


def has_authority(user: User, production: Production, stage: str, cut: Cut | None = None) -> bool:
    """Return whether `user` may order a retake of `stage` (of `cut`)."""
    held = access.roles_of(user, production) & set(roles_for(production, stage))
    return bool(held) and access.allowed(user, Action.GIVE_VERDICT, production, cut)


def require_authority(user: User, production: Production, stage: str, cut: Cut | None = None) -> None:
    """Let pass, or raise.

    Raises:
        NotFound: the person may not see the cut.
        NotAllowed: they have no authority over this stage (code "no_authority": stage and who has it).
    """
    access.require(user, Action.GIVE_VERDICT, production, cut)
    if not has_authority(user, production, stage, cut):
        raise refusal(production, stage)


def refusal(production: Production, stage: str) -> NotAllowed:
    """Return the error that says who may order retakes of `stage`."""
    names = [str(Role(role).label) for role in roles_for(production, stage)]
    return NotAllowed("no_authority", stage=stage, who=_(" or ").join(names))


def stages_of(user: User, production: Production) -> set[str]:
    """Return the stages over which `user` has authority in this production. One query, whatever the stages."""
    held = access.roles_of(user, production)
    if not may(held, Action.GIVE_VERDICT):
        return set()
    return {str(stage) for stage in Stage if held & set(roles_for(production, stage))}


def people_with_authority(production: Production, stage: str) -> list[User]:
    """Return who may order retakes of `stage`, by name."""
    roles = roles_for(production, stage)
    people = User.objects.filter(
        is_active=True, memberships__production=production, memberships__role__in=roles
    )
    return list(people.distinct().order_by("username"))


def papers_of(production: Production) -> dict[str, str]:
    """Return the paper of each role that has one, as #rrggbb."""
    own = production.paper_colours
    return {str(role): str(own.get(role) or colour) for role, colour in DEFAULT_PAPERS.items()}


def paper_of(user: User, production: Production) -> tuple[str, str]:
    """Return the role and the paper colour (#rrggbb) on which this person corrects.

    Who holds several roles draws on the paper of the first in the order of `DEFAULT_PAPERS`.
    """
    held = access.roles_of(user, production)
    for role, colour in DEFAULT_PAPERS.items():
        if role in held:
            return str(role), str(production.paper_colours.get(role) or colour)
    role = min(held, default="")
    return role, str(production.paper_colours.get(role) or OTHER_PAPER)
