"""Who may do what in which production: the only place where memberships become permissions.

Services call `require`; lists start from `visible_cuts`. What a person may not see is reported as not there.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assets.models import Character, Cut, Design, Membership, Production, StageState
from studio.core.errors import NotAllowed, NotFound
from studio.core.models import User
from studio.core.roles import Action, Role, may

KEPT_ROLES = "_kept_roles"


def roles_of(user: User, production: Production) -> set[str]:
    """Return the roles of `user` in `production`. A superuser counts as its administrator."""
    if not user.is_active:
        return set()
    kept: dict[int, set[str]] | None = user.__dict__.get(KEPT_ROLES)
    if kept is not None and production.pk in kept:
        return kept[production.pk]
    roles = _roles_of(user, production)
    if kept is not None:
        kept[production.pk] = roles
    return roles


def keep_roles(user: User) -> None:
    """Read this person's roles once from here on: for one request, which asks for them on every line."""
    user.__dict__[KEPT_ROLES] = {}


def _roles_of(user: User, production: Production) -> set[str]:
    roles = set(Membership.objects.filter(user=user, production=production).values_list("role", flat=True))
    return roles | {Role.ADMINISTRATOR.value} if user.is_superuser else roles


def allowed(user: User, action: Action, production: Production, cut: Cut | None = None) -> bool:
    """Return whether `user` may do `action`; with a cut, whether they may do it to this cut."""
    return _allowed(user, roles_of(user, production), action, cut)


def _allowed(user: User, roles: set[str], action: Action, cut: Cut | None) -> bool:
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
    roles = roles_of(user, production)  # read once: every page asks here
    if not _allowed(user, roles, Action.VIEW, cut):
        raise NotFound(what="cut" if cut and roles else "production")
    if not _allowed(user, roles, action, cut):
        raise NotAllowed(action=str(action.label))


def allowed_anywhere(user: User, action: Action) -> bool:
    """Return whether `user` may do `action` in at least one production: for what belongs to the whole studio."""
    if not user.is_active:
        return False
    held = set(Membership.objects.filter(user=user).values_list("role", flat=True))
    return may(held | {Role.ADMINISTRATOR.value} if user.is_superuser else held, action)


def require_anywhere(user: User, action: Action) -> None:
    """Let pass, or raise.

    Raises:
        NotAllowed: no role of theirs in any production allows it.
    """
    if not allowed_anywhere(user, action):
        raise NotAllowed(action=str(action.label))


def allowed_for(user: User, action: Action, production: Production | None) -> bool:
    """Return whether `user` may do `action` in a production, or anywhere to what belongs to the whole studio."""
    return allowed_anywhere(user, action) if production is None else allowed(user, action, production)


def require_for(user: User, action: Action, production: Production | None) -> None:
    """Let pass, or raise, by the same rule.

    Raises:
        NotFound, NotAllowed: see `require` and `require_anywhere`.
    """
    if production is None:
        require_anywhere(user, action)
    else:
        require(user, action, production)


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
    assigned = StageState.objects.filter(
        assignee=user
    )  # by itself: a join would read every stage of every cut
    own = Q(pk__in=assigned.values("cut"), episode__production__in=member.values("production"))
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
