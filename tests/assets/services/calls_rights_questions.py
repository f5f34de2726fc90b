"""Mutations of the questions about rights, each as a call that works."""

from __future__ import annotations

import io
from datetime import timedelta

from django.utils import timezone

from assets.models import DatasetVersion, Finding, Standing, Waiver
from assets.services import approvals, audits, intake_sets, licences, register, versions, waivers
from assets.services.intake_sets import Origin
from assets.services.versions import Conclusion
from studio.core.roles import Action
from tests.assets.services.calls_desks import Call
from tests.rights_things import rights_things
from tests.world import World


def finding(world: World) -> Finding:
    """Return a finding that may be waived."""
    return rights_things(world).finding


def waiver(world: World) -> Waiver:
    """Return a waiver that the supervisor asked for."""
    return rights_things(world).waiver


RIGHTS_CALLS = (
    Call(
        "approvals.by_distributor",
        Action.EDIT_DATASETS,
        lambda u, w, _: approvals.by_distributor(
            actor=u, production=w.production, use="generate", reference="letter 7"
        ),
    ),
    Call(
        "approvals.model_for",
        Action.EDIT_DATASETS,
        lambda u, w, made: approvals.model_for(actor=u, production=w.production, model=made),
        lambda world: rights_things(world).model,
    ),
    Call(
        "audits.assign",
        Action.EDIT_DATASETS,
        lambda u, w, made: audits.assign(actor=u, finding=made, assignee=w.producer),
        finding,
    ),
    Call(
        "audits.run",
        Action.EDIT_DATASETS,
        lambda u, w, _: audits.run(actor=u, production=w.production),
        lambda _: register.sync_shipped(),  # the first audit of all enters them, by itself
    ),
    Call(
        "waivers.request",
        Action.EDIT_DATASETS,
        lambda u, _, made: waivers.request(
            actor=u,
            finding=made,
            reason="replaced_next",
            text="next week",
            expires_on=timezone.localdate() + timedelta(days=7),
        ),
        finding,
    ),
    Call(
        "waivers.decide",
        Action.EDIT_DATASETS,
        lambda u, _, made: waivers.decide(actor=u, waiver=made, approved=True),
        waiver,
    ),
)


def version(world: World) -> DatasetVersion:
    """Return a draft with two works, made by nobody in particular."""
    return rights_things(world).version


def frozen(world: World) -> DatasetVersion:
    """Return the same, frozen."""
    return versions.freeze(actor=None, version=version(world))


def _group(made: DatasetVersion) -> Standing:
    return made.standings.earliest("pk").standing


VERSION_CALLS = (
    Call(
        "versions.draft",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.draft(actor=u, dataset=made.dataset),
        version,
    ),
    Call(
        "intake_sets.bring",
        Action.EDIT_DATASETS,
        lambda u, _, made: intake_sets.bring(
            actor=u, version=made, files=[("one.png", io.BytesIO(b"art"))], origin=Origin()
        ),
        version,
    ),
    Call(
        "versions.leave_out",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.leave_out(actor=u, version=made, standing=_group(made)),
        version,
    ),
    Call(
        "versions.conclude",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.conclude(
            actor=u, version=made, standing=_group(made), conclusion=Conclusion(expression="MIT", why="read")
        ),
        version,
    ),
    Call(
        "versions.freeze",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.freeze(actor=u, version=made),
        version,
    ),
    Call(
        "versions.approve",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.approve(actor=u, version=made),
        frozen,
    ),
    Call(
        "versions.block",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.block(actor=u, version=made, why="withdrawn"),
        frozen,
    ),
    Call(
        "versions.retire",
        Action.EDIT_DATASETS,
        lambda u, _, made: versions.retire(actor=u, version=made, why="replaced"),
        frozen,
    ),
    Call(
        "licences.set_exploitation",
        Action.EDIT_DATASETS,
        lambda u, w, _: licences.set_exploitation(actor=u, production=w.production, policy="festival"),
    ),
)
