"""The words of the audit log. An event keeps a verb, a kind and names of fields; the reader gets words.

Verbs of every app stand here: the log is one page, and a verb without words shows as itself.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assets.choices import SheetDrawingKind, SheetState, StageStatus, TakeSource, UploadState, View
from studio.core.choices import JobState
from studio.core.roles import Role

VERBS: dict[str, str] = {
    "alarms.calibrate": gettext_noop("alarms calibrated"),
    "alarms.rules": gettext_noop("promised rate of alarms changed"),
    "archive.rebuild": gettext_noop("archive of drawings to be built"),
    "bank.build": gettext_noop("model sheet learned"),
    "bank.rebuild": gettext_noop("model sheet to be learned anew"),
    "character.create": gettext_noop("character added"),
    "check.done": gettext_noop("check finished"),
    "check.request": gettext_noop("check asked for"),
    "colours.pick": gettext_noop("colour picked"),
    "colours.set": gettext_noop("colours changed"),
    "comment.reopen": gettext_noop("comment opened again"),
    "comment.resolve": gettext_noop("comment settled"),
    "comment.withdraw": gettext_noop("comment withdrawn"),
    "comment.write": gettext_noop("comment written"),
    "correction.draw": gettext_noop("correction drawn"),
    "correction.erase": gettext_noop("strokes of a correction erased"),
    "correction.restore": gettext_noop("strokes of a correction restored"),
    "cut.cast": gettext_noop("cast changed"),
    "cut.create": gettext_noop("cut added"),
    "cut.share": gettext_noop("shared cuts changed"),
    "cut.update": gettext_noop("cut changed"),
    "cuts.import": gettext_noop("cuts brought by CSV"),
    "dataset.add_evidence": gettext_noop("evidence added"),
    "dataset.create": gettext_noop("dataset added"),
    "dataset.remove": gettext_noop("dataset removed"),
    "dataset.update": gettext_noop("dataset changed"),
    "design.create": gettext_noop("design added"),
    "episode.create": gettext_noop("episode opened"),
    "episode.update": gettext_noop("episode changed"),
    "flag.assign": gettext_noop("flag assigned"),
    "job.cancel": gettext_noop("job cancelled"),
    "job.retry": gettext_noop("job tried again"),
    "model.change": gettext_noop("change of the model begun"),
    "model.drop": gettext_noop("vectors of old models dropped"),
    "model.serve": gettext_noop("model serves"),
    "notices.address": gettext_noop("mail address changed"),
    "notices.choose": gettext_noop("choice of notices changed"),
    "playlist.add": gettext_noop("cuts added to a playlist"),
    "playlist.create": gettext_noop("playlist made"),
    "playlist.move": gettext_noop("order of a playlist changed"),
    "playlist.remove": gettext_noop("playlist deleted"),
    "playlist.remove_item": gettext_noop("cut taken out of a playlist"),
    "playlist.update": gettext_noop("playlist changed"),
    "production.create": gettext_noop("production opened"),
    "production.naming_rules": gettext_noop("naming rules changed"),
    "production.update": gettext_noop("production changed"),
    "retake.answer": gettext_noop("retake answered"),
    "retake.by_hand": gettext_noop("retake ordered by hand"),
    "retake.close": gettext_noop("retake closed"),
    "retake.due": gettext_noop("due date of a retake changed"),
    "retake.line_withdraw": gettext_noop("line of a retake withdrawn"),
    "retake.open": gettext_noop("retake ordered"),
    "retake.withdraw": gettext_noop("retake withdrawn"),
    "role.add": gettext_noop("role given"),
    "role.remove": gettext_noop("role taken away"),
    "sheet.add_drawing": gettext_noop("drawing added to the sheet"),
    "sheet.approve": gettext_noop("sheet approved"),
    "sheet.remove_drawing": gettext_noop("drawing taken out of the sheet"),
    "sheet.send_back": gettext_noop("sheet sent back"),
    "sheet.start": gettext_noop("version of the sheet started"),
    "sheet.submit": gettext_noop("sheet submitted"),
    "sheet.supersede": gettext_noop("sheet superseded"),
    "sheet.update_drawing": gettext_noop("drawing of the sheet changed"),
    "stage.open": gettext_noop("stage opened"),
    "stage.set": gettext_noop("stage changed"),
    "spot.answer": gettext_noop("spot check answered"),
    "spot.take_back": gettext_noop("answer to a spot check taken back"),
    "stage.sign": gettext_noop("stage signed off"),
    "stage.sign_revoke": gettext_noop("sign-off taken back"),
    "take.submit": gettext_noop("take delivered"),
    "upload.clear": gettext_noop("old upload cleared"),
    "upload.discard": gettext_noop("upload discarded"),
    "upload.open": gettext_noop("upload begun"),
    "upload.refuse": gettext_noop("upload refused"),
    "upload.remove_file": gettext_noop("file taken out of an upload"),
    "upload.submit": gettext_noop("upload submitted"),
    "verdict.give": gettext_noop("verdict given"),
    "verdict.undo": gettext_noop("verdict taken back"),
    "view.delete": gettext_noop("saved view deleted"),
    "view.save": gettext_noop("view saved"),
    "webhook.create": gettext_noop("webhook added"),
    "webhook.remove": gettext_noop("webhook removed"),
    "webhook.rotate": gettext_noop("webhook's secret renewed"),
    "webhook.send_again": gettext_noop("webhook sent again"),
    "webhook.test": gettext_noop("webhook tested"),
    "webhook.update": gettext_noop("webhook changed"),
}
KINDS: dict[str, str] = {
    "character": gettext_noop("character"),
    "checkrun": gettext_noop("check"),
    "colourmodel": gettext_noop("colour model"),
    "comment": gettext_noop("comment"),
    "correction": gettext_noop("correction"),
    "cut": gettext_noop("cut"),
    "dataset": gettext_noop("dataset"),
    "design": gettext_noop("design"),
    "episode": gettext_noop("episode"),
    "evidence": gettext_noop("evidence"),
    "encoder": gettext_noop("model of the engine"),
    "flag": gettext_noop("flag"),
    "flagassignment": gettext_noop("flag"),
    "job": gettext_noop("job"),
    "membership": gettext_noop("role"),
    "memorybank": gettext_noop("model sheet"),
    "modelsheet": gettext_noop("model sheet"),
    "noticechoice": gettext_noop("notices"),
    "playlist": gettext_noop("playlist"),
    "production": gettext_noop("production"),
    "retake": gettext_noop("retake"),
    "retakeitem": gettext_noop("retake"),
    "savedview": gettext_noop("saved view"),
    "sheetdrawing": gettext_noop("drawing"),
    "signoff": gettext_noop("sign-off"),
    "stagestate": gettext_noop("stage"),
    "take": gettext_noop("take"),
    "upload": gettext_noop("upload"),
    "user": gettext_noop("person"),
    "verdict": gettext_noop("verdict"),
    "webhook": gettext_noop("webhook"),
}
FIELDS: dict[str, str] = {
    "archived": gettext_noop("archived"),
    "assignee": gettext_noop("assignee"),
    "authority": gettext_noop("retake authority"),
    "cast": gettext_noop("cast"),
    "cells": gettext_noop("cells"),
    "changed": gettext_noop("changed"),
    "checked": gettext_noop("checked"),
    "code": gettext_noop("code"),
    "comment": gettext_noop("comment"),
    "contract": gettext_noop("contract"),
    "created": gettext_noop("new"),
    "decision": gettext_noop("decision"),
    "drawing": gettext_noop("drawing"),
    "drawings": gettext_noop("drawings"),
    "drift_by_artist": gettext_noop("drift by artist"),
    "due_on": gettext_noop("due"),
    "duration_frames": gettext_noop("length in frames"),
    "email": gettext_noop("mail address"),
    "file_name": gettext_noop("file"),
    "files": gettext_noop("files"),
    "flags": gettext_noop("flags"),
    "fps": gettext_noop("frames per second"),
    "job": gettext_noop("job"),
    "kind": gettext_noop("kind"),
    "label": gettext_noop("label"),
    "licence_expression": gettext_noop("licence (SPDX)"),
    "limits": gettext_noop("limits of the design"),
    "line": gettext_noop("line of the list"),
    "name": gettext_noop("name"),
    "naming_rules": gettext_noop("naming rules"),
    "model_id": gettext_noop("model of the engine"),
    "note": gettext_noop("note"),
    "number": gettext_noop("number"),
    "omitted": gettext_noop("dropped (欠番)"),
    "person": gettext_noop("person"),
    "reason": gettext_noop("reason"),
    "rights_holder": gettext_noop("rights holder"),
    "role": gettext_noop("role"),
    "rule_id": gettext_noop("naming rule"),
    "settled": gettext_noop("decided before"),
    "shared_with": gettext_noop("shares drawings with (兼用)"),
    "size_bytes": gettext_noop("size in bytes"),
    "source": gettext_noop("source"),
    "stage": gettext_noop("stage"),
    "state": gettext_noop("state"),
    "take": gettext_noop("take"),
    "title": gettext_noop("title"),
    "user": gettext_noop("person"),
    "valid_from": gettext_noop("valid from"),
    "valid_until": gettext_noop("valid until"),
    "verdict": gettext_noop("verdict"),
    "version": gettext_noop("version"),
    "view": gettext_noop("view"),
}
# Codes that stand as values in events of `assets`, and those of the review desk, which stands above it.
_CODES = (JobState, UploadState, TakeSource, View, SheetDrawingKind, Role, SheetState, StageStatus)
_CODES_OF_REVIEW = {
    "answered": gettext_noop("new take delivered"),
    "closed": gettext_noop("closed"),
    "current": gettext_noop("current"),
    "false_alarm": gettext_noop("false alarm"),
    "intended": gettext_noop("intended"),
    "ok": gettext_noop("ok"),
    "reopened": gettext_noop("reopened"),
    "stale": gettext_noop("out of date"),
    "withdrawn": gettext_noop("withdrawn"),
}


def verb_words(verb: str) -> str:
    """Return what a verb of the log says; a verb of an older version says itself."""
    return _(VERBS[verb]) if verb in VERBS else verb


def kind_words(kind: str) -> str:
    """Return what kind of thing an event is about."""
    return _(KINDS[kind]) if kind in KINDS else kind


def field_words(field: str) -> str:
    """Return the name of a field of an event."""
    return _(FIELDS[field]) if field in FIELDS else field


def value_words(value: str) -> str:
    """Return the word of a code, such as a state or a role; anything else is somebody's own text."""
    if value in _CODES_OF_REVIEW:
        return _(_CODES_OF_REVIEW[value])
    return next((str(codes(value).label) for codes in reversed(_CODES) if value in codes.values), value)
