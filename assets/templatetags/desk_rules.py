"""The tables of a production's own rules, as its settings show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import template

from assets import access
from assets.authority import DEFAULT_AUTHORITY, DEFAULT_PAPERS, OTHER_PAPER, papers_of, roles_for
from assets.choices import Stage
from assets.models import Production
from studio.core.roles import Action, Role

register = template.Library()


@dataclass(frozen=True)
class RoleBox:
    """Whether a role may judge a stage here, and whether it usually may."""

    role: str
    name: str
    is_chosen: bool
    is_usual: bool


@dataclass(frozen=True)
class StageRow:
    """A stage with a box for each role."""

    code: str
    name: str
    boxes: list[RoleBox]

    @property
    def is_usual(self) -> bool:
        """Whether the stage is judged as the trade does it."""
        return all(box.is_chosen == box.is_usual for box in self.boxes)


@dataclass(frozen=True)
class PaperRow:
    """The paper of a role, and the usual one."""

    role: str
    name: str
    colour: str
    usual: str


@register.simple_tag
def authority_rows(production: Production, chosen: Mapping[str, list[str]] | None = None) -> list[StageRow]:
    """Return the table of stages and roles, as it stands or as somebody just chose it."""
    judges = [Role(role) for role in access.roles_with(Action.GIVE_VERDICT)]
    rows = []
    for stage in Stage:
        held = chosen.get(stage.value, []) if chosen is not None else roles_for(production, stage)
        boxes = [
            RoleBox(role.value, str(role.label), role.value in held, role in DEFAULT_AUTHORITY[stage])
            for role in judges
        ]
        rows.append(StageRow(stage.value, str(stage.label), boxes))
    return rows


@register.simple_tag
def paper_rows(production: Production, chosen: Mapping[str, str] | None = None) -> list[PaperRow]:
    """Return the papers, as they stand or as somebody just chose them."""
    papers = papers_of(production) if chosen is None else chosen
    return [
        PaperRow(str(role), str(Role(role).label), papers.get(str(role)) or usual, usual)
        for role, usual in DEFAULT_PAPERS.items()
    ]


@register.simple_tag
def other_paper() -> str:
    """Return the paper of everybody whose role has none."""
    return OTHER_PAPER
