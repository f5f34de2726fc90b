"""The people of the demo. Their passwords are printed and shown on the sign-in page: never use them for a real show."""

from __future__ import annotations

from dataclasses import dataclass

from assets.models import Production
from studio.core.models import User
from studio.core.roles import Role

PASSWORD = "sakkan-demo"  # noqa: S105  (a demo login is meant to be known)


@dataclass(frozen=True)
class DemoPerson:
    """A login of the demo."""

    username: str
    name: str
    role: Role
    also: tuple[Role, ...] = ()  # further roles, in which nobody signs in for the demo

    @property
    def roles(self) -> tuple[Role, ...]:
        """Every role, the one that is shown first."""
        return (self.role, *self.also)


PEOPLE = (
    DemoPerson("supervisor", "Sakamoto Kaoru", Role.SUPERVISOR, also=(Role.EPISODE_DIRECTOR,)),
    DemoPerson("paintcheck", "Shiage Aoi", Role.PAINT_CHECKER),
    DemoPerson("artist", "Douga Mei", Role.ARTIST),
    DemoPerson("producer", "Shiraishi Yū", Role.PRODUCER),
    DemoPerson("assistant", "Seisaku Jun", Role.ASSISTANT),
    DemoPerson("outside", "Soto Rin", Role.OUTSIDE_ARTIST),
)


def make_people() -> dict[str, User]:
    """Return the demo's people by user name, made where they are missing."""
    people = {}
    for person in PEOPLE:
        user, created = User.objects.get_or_create(
            username=person.username, defaults={"display_name": person.name}
        )
        if created:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        people[person.username] = user
    return people


def logins() -> list[dict[str, str]]:
    """Return the logins to print, or nothing when no demo production is loaded."""
    if not Production.objects.filter(code__in=["DEMO", "ART"]).exists():
        return []
    return [{"username": p.username, "password": PASSWORD, "role": str(p.role.label)} for p in PEOPLE]
