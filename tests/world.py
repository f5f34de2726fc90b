"""A named world for tests: one production, one person per role, an episode, cuts and a cast design."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from assets.choices import Stage, StageStatus
from assets.models import Casting, Character, Cut, Design, Episode, Membership, Production, StageState
from studio.core.models import User
from studio.core.roles import Role


@dataclass
class World:
    """The people by role, a stranger, and the things of production HOSHI."""

    production: Production
    episode: Episode
    cut: Cut
    other_cut: Cut
    design: Design
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, role: str) -> User:
        """Return the person of a role: `world.supervisor`, `world.outside_artist`, `world.stranger`."""
        try:
            return self.__dict__["people"][role]
        except KeyError:
            raise AttributeError(role) from None


def build_world() -> World:
    """Write the world's rows. The outside artist is assigned to `cut` at stage AD and to nothing else."""
    production = Production.objects.create(code="HOSHI", title="Hoshi no Kodomo", fps=24)
    episode = Episode.objects.create(production=production, code="EP01")
    cut = Cut.objects.create(episode=episode, number="012", duration_frames=48)
    other_cut = Cut.objects.create(episode=episode, number="013", duration_frames=24)
    character = Character.objects.create(production=production, code="aki", name="Aki")
    design = Design.objects.create(character=character, code="school", name="School uniform")
    Casting.objects.create(cut=cut, design=design)
    people = {"stranger": User.objects.create_user("stranger", password="stranger-pass")}
    for role in Role:
        people[role.value] = User.objects.create_user(role.value, password=f"{role.value}-pass")
        Membership.objects.create(production=production, user=people[role.value], role=role)
    # Most tests are about what a supervisor decides, whatever the stage: theirs has authority over every one.
    Membership.objects.create(
        production=production, user=people[Role.SUPERVISOR.value], role=Role.EPISODE_DIRECTOR
    )
    StageState.objects.create(
        cut=cut, stage=Stage.AD, state=StageStatus.IN_WORK, assignee=people[Role.OUTSIDE_ARTIST.value]
    )
    return World(production, episode, cut, other_cut, design, people)


def png(
    colour: tuple[int, int, int] = (200, 60, 60), size_hw: tuple[int, int] = (48, 32), seed: int = 0
) -> bytes:
    """Return an 8-bit RGBA PNG: a filled box on transparent ground; another seed moves one dot."""
    rgba = np.zeros((*size_hw, 4), np.uint8)
    rgba[4:-4, 4:-4] = (*colour, 255)
    rgba[6 + seed % (size_hw[0] - 14), 8] = (0, 0, 0, 255)
    buffer = io.BytesIO()
    Image.fromarray(rgba, "RGBA").save(buffer, "PNG")
    return buffer.getvalue()
