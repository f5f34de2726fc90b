"""Every public mutation of `assets.services` once, as a call that works: for the role matrix and the audit walk."""

from __future__ import annotations

import io

from assets.models import (
    Dataset,
    Membership,
    ModelSheet,
    SheetDrawing,
    Upload,
)
from assets.services import (
    colours,
    cut_csv,
    cuts,
    datasets,
    notices,
    productions,
    sheets,
    sign_offs,
    uploads,
    views,
)
from studio.core.models import SavedView
from studio.core.roles import Action, Role, may
from tests.assets.services.calls_cleanups import CLEANUP_CALLS
from tests.assets.services.calls_derived import DERIVED_CALLS
from tests.assets.services.calls_desks import RUSH_CALLS, WEBHOOK_CALLS, Call
from tests.assets.services.calls_rights_questions import RIGHTS_CALLS, VERSION_CALLS
from tests.world import World, png

SWATCH = colours.SwatchData("hair", "normal", (10, 20, 30))


def draft(world: World) -> ModelSheet:
    """Return a draft with one drawing."""
    sheet = sheets.start_version(actor=world.supervisor, design=world.design)
    sheets.add_drawing(actor=world.supervisor, sheet=sheet, data=png(), file_name="front.png")
    return sheet


def submitted(world: World) -> ModelSheet:
    """Return a sheet that waits for approval."""
    return sheets.submit(actor=world.supervisor, sheet=draft(world))


def drawing(world: World) -> SheetDrawing:
    """Return a drawing of a draft."""
    return draft(world).drawings.get()


def dataset(world: World) -> Dataset:
    """Return a dataset."""
    return datasets.create(actor=world.producer, production=world.production, name="Frames")


def membership(world: World) -> Membership:
    """Return the artist's role."""
    return Membership.objects.get(user=world.artist)


def everybody_judges(world: World) -> None:
    """Give the in-betweens to everybody who gives verdicts; the usual table is tested with the sign-offs."""
    judges = [role.value for role in Role if may([role], Action.GIVE_VERDICT)]
    world.production.retake_authority = {"AD": judges}
    world.production.save()


def signed(world: World) -> None:
    """Sign the in-betweens off."""
    everybody_judges(world)
    sign_offs.sign(actor=world.episode_director, cut=world.cut, stage="AD")


CALLS = (
    *RIGHTS_CALLS,
    *VERSION_CALLS,
    *WEBHOOK_CALLS,
    *RUSH_CALLS,
    *CLEANUP_CALLS,
    *DERIVED_CALLS,
    Call(
        "productions.update",
        Action.MANAGE_PRODUCTION,
        lambda u, w, _: productions.update(actor=u, production=w.production, title="New"),
    ),
    Call(
        "productions.set_naming_rules",
        Action.MANAGE_PRODUCTION,
        lambda u, w, _: productions.set_naming_rules(
            actor=u, production=w.production, rules=[{"pattern": r"x(?P<number>\d{1,4})"}]
        ),
    ),
    Call(
        "productions.add_role",
        Action.MANAGE_MEMBERS,
        lambda u, w, _: productions.add_role(
            actor=u, production=w.production, user=w.stranger, role=Role.ARTIST
        ),
    ),
    Call(
        "productions.remove_role",
        Action.MANAGE_MEMBERS,
        lambda u, _, m: productions.remove_role(actor=u, membership=m),
        membership,
    ),
    Call(
        "productions.create_episode",
        Action.MANAGE_PRODUCTION,
        lambda u, w, _: productions.create_episode(actor=u, production=w.production, code="EP02"),
    ),
    Call(
        "productions.update_episode",
        Action.MANAGE_PRODUCTION,
        lambda u, w, _: productions.update_episode(actor=u, episode=w.episode, title="Two"),
    ),
    Call(
        "cuts.create",
        Action.EDIT_CUTS,
        lambda u, w, _: cuts.create(actor=u, episode=w.episode, number="014"),
    ),
    Call("cuts.update", Action.EDIT_CUTS, lambda u, w, _: cuts.update(actor=u, cut=w.cut, note="Rain")),
    Call("cuts.set_cast", Action.EDIT_CUTS, lambda u, w, _: cuts.set_cast(actor=u, cut=w.cut, designs=[])),
    Call("cuts.share", Action.EDIT_CUTS, lambda u, w, _: cuts.share(actor=u, cut=w.cut, cuts=[w.other_cut])),
    Call(
        "cuts.set_stage",
        Action.EDIT_CUTS,
        lambda u, w, _: cuts.set_stage(actor=u, cut=w.cut, stage="PT", assignee=w.artist),
    ),
    Call(
        "cut_csv.read",
        Action.EDIT_CUTS,
        lambda u, w, _: cut_csv.read(actor=u, production=w.production, data=b"episode,cut\nEP01,099\n"),
    ),
    Call(
        "sheets.create_character",
        Action.EDIT_SHEETS,
        lambda u, w, _: sheets.create_character(actor=u, production=w.production, code="ren", name="Ren"),
    ),
    Call(
        "sheets.create_design",
        Action.EDIT_SHEETS,
        lambda u, w, _: sheets.create_design(actor=u, character=w.design.character, code="coat", name="Coat"),
    ),
    Call(
        "sheets.start_version",
        Action.EDIT_SHEETS,
        lambda u, w, _: sheets.start_version(actor=u, design=w.design),
    ),
    Call(
        "sheets.add_drawing",
        Action.EDIT_SHEETS,
        lambda u, _, s: sheets.add_drawing(actor=u, sheet=s, data=png(seed=2), file_name="side.png"),
        draft,
    ),
    Call(
        "sheets.update_drawing",
        Action.EDIT_SHEETS,
        lambda u, _, d: sheets.update_drawing(actor=u, drawing=d, label="front"),
        drawing,
    ),
    Call(
        "sheets.remove_drawing",
        Action.EDIT_SHEETS,
        lambda u, _, d: sheets.remove_drawing(actor=u, drawing=d),
        drawing,
    ),
    Call("sheets.submit", Action.EDIT_SHEETS, lambda u, _, s: sheets.submit(actor=u, sheet=s), draft),
    Call("sheets.approve", Action.APPROVE_SHEET, lambda u, _, s: sheets.approve(actor=u, sheet=s), submitted),
    Call(
        "sheets.send_back",
        Action.APPROVE_SHEET,
        lambda u, _, s: sheets.send_back(actor=u, sheet=s, note="eyes"),
        submitted,
    ),
    Call(
        "colours.set_swatches",
        Action.EDIT_SHEETS,
        lambda u, _, s: colours.set_swatches(actor=u, sheet=s, swatches=[SWATCH]),
        draft,
    ),
    Call(
        "colours.pick",
        Action.EDIT_SHEETS,
        lambda u, _, d: colours.pick(actor=u, drawing=d, point_xy=(20, 20), part="coat"),
        drawing,
    ),
    Call(
        "colours.import_palette",
        Action.EDIT_SHEETS,
        lambda u, _, s: colours.import_palette(
            actor=u, sheet=s, data=b"part,tone,hex\nhair,normal,#102030\n", file_name="aki.csv"
        ),
        draft,
    ),
    Call(
        "uploads.open_upload",
        Action.UPLOAD_TAKE,
        lambda u, w, _: uploads.open_upload(actor=u, cut=w.cut, stage="AD"),
    ),
    Call(
        "sign_offs.sign",
        Action.GIVE_VERDICT,
        lambda u, w, _: sign_offs.sign(actor=u, cut=w.cut, stage="AD"),
        everybody_judges,
    ),
    Call(
        "sign_offs.revoke",
        Action.GIVE_VERDICT,
        lambda u, w, _: sign_offs.revoke(actor=u, cut=w.cut, stage="AD"),
        signed,
    ),
    Call(
        "datasets.create",
        Action.EDIT_DATASETS,
        lambda u, w, _: datasets.create(actor=u, production=w.production, name="Kenney"),
    ),
    Call(
        "datasets.update",
        Action.EDIT_DATASETS,
        lambda u, _, d: datasets.update(actor=u, dataset=d, source="own"),
        dataset,
    ),
    Call(
        "datasets.remove",
        Action.EDIT_DATASETS,
        lambda u, _, d: datasets.remove(actor=u, dataset=d),
        dataset,
    ),
    Call(
        "datasets.add_evidence",
        Action.EDIT_DATASETS,
        lambda u, _, d: datasets.add_evidence(
            actor=u, dataset=d, file_name="contract.pdf", stream=io.BytesIO(b"%PDF")
        ),
        dataset,
    ),
)


def one_file(world: World) -> Upload:
    """Return an upload of the artist's with one complete file."""
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    file = uploads.add_file(actor=world.artist, upload=upload, path="A0001.png", size_bytes=len(png()))
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(png()))
    return upload


def view(world: World) -> SavedView:
    """Return a saved view of the artist's."""
    return views.save_view(actor=world.artist, page="cuts", name="Mine", query="assignee=me")


# Mutations that only their owner may do, with the one who may.
OWN_CALLS = (
    Call(
        "notices.set_choices",
        Action.VIEW,
        lambda u, *_: notices.set_choices(actor=u, choices={"comment": {"in_page": True, "mail": "never"}}),
    ),
    Call(
        "notices.set_address",
        Action.VIEW,
        lambda u, *_: notices.set_address(actor=u, email="mei@studio.example"),
    ),
    Call(
        "uploads.remove_file",
        Action.UPLOAD_TAKE,
        lambda u, _, up: uploads.remove_file(actor=u, file=up.files.get()),
        one_file,
    ),
    Call(
        "uploads.submit",
        Action.UPLOAD_TAKE,
        lambda u, _, up: uploads.submit(actor=u, upload=up),
        one_file,
    ),
    Call(
        "uploads.discard",
        Action.UPLOAD_TAKE,
        lambda u, _, up: uploads.discard(actor=u, upload=up),
        one_file,
    ),
    Call(
        "views.save_view",
        Action.VIEW,
        lambda u, *_: views.save_view(actor=u, page="cuts", name="Late", query="state=retake"),
    ),
    Call(
        "views.delete_view",
        Action.VIEW,
        lambda u, _, v: views.delete_view(actor=u, view=v),
        view,
    ),
)
