"""Who may do what in which production: the only place where memberships become permissions.

Services call `require`; lists start from `visible_cuts`. What a person may not see is reported as not there.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assets.models import Character, Cut, Design, Membership, Production
from studio.core.errors import NotAllowed, NotFound
from studio.core.models import User
from studio.core.roles import Action, Role, may


def roles_of(user: User, production: Production) -> set[str]:
    """Return the roles of `user` in `production`. A superuser counts as its administrator."""
    if not user.is_active:
        return set()
    roles = set(Membership.objects.filter(user=user, production=production).values_list("role", flat=True))
    return roles | {Role.ADMINISTRATOR.value} if user.is_superuser else roles


def allowed(user: User, action: Action, production: Production, cut: Cut | None = None) -> bool:
    """Return whether `user` may do `action`; with a cut, whether they may do it to this cut."""
    roles = roles_of(user, production)
    if not may(roles, action):
        return False
    if cut is None or may(roles, Action.VIEW_ALL_CUTS):
        return True
    return cut.stages.filter(assignee=user).exists()


def require(user: User, action: Action, production: Production, cut: Cut | None = None) -> None:
    """Let pass, or raise.

    Raises:
        NotFound: the person may not even see the production or the cut.
        NotAllowed: they see it, but their roles do not allow the action.
    """
    if not allowed(user, Action.VIEW, production, cut):
        what = "cut" if cut and roles_of(user, production) else "production"
        raise NotFound(what=what)
    if not allowed(user, action, production, cut):
        raise NotAllowed(action=str(action.label))


def roles_with(action: Action) -> list[str]:
    """Return the roles that allow `action`."""
    return [role.value for role in Role if may([role], action)]


def visible_productions(user: User) -> QuerySet[Production]:
    """Return the productions that `user` belongs to; all of them for a superuser."""
    if not user.is_active:
        return Production.objects.none()
    if user.is_superuser:
        return Production.objects.all()
    return Production.objects.filter(memberships__user=user).distinct()


def visible_cuts(user: User) -> QuerySet[Cut]:
    """Return the cuts that `user` may see: all of a production, or their own for an outside artist."""
    if not user.is_active:
        return Cut.objects.none()
    if user.is_superuser:
        return Cut.objects.all()
    inside = Membership.objects.filter(user=user, role__in=roles_with(Action.VIEW_ALL_CUTS))
    member = Membership.objects.filter(user=user)
    own = Q(stages__assignee=user, episode__production__in=member.values("production"))
    return Cut.objects.filter(Q(episode__production__in=inside.values("production")) | own).distinct()


def visible_designs(user: User) -> QuerySet[Design]:
    """Return the designs that `user` may see: all of a production, or what is cast in an outside artist's own cuts."""
    if user.is_superuser:
        return Design.objects.all()
    inside = Membership.objects.filter(user=user, role__in=roles_with(Action.VIEW_ALL_CUTS))
    whole = Q(character__production__in=inside.values("production"))
    return Design.objects.filter(whole | Q(castings__cut__in=visible_cuts(user).values("pk"))).distinct()


def visible_characters(user: User) -> QuerySet[Character]:
    """Return the characters that `user` may see, by the same rule; those without a design for insiders only."""
    if user.is_superuser:
        return Character.objects.all()
    inside = Membership.objects.filter(user=user, role__in=roles_with(Action.VIEW_ALL_CUTS))
    whole = Q(production__in=inside.values("production"))
    return Character.objects.filter(whole | Q(designs__in=visible_designs(user).values("pk"))).distinct()
