"""Who may do what by API: one row for each method of each address, with a call that the service can judge."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field
from typing import Any

from tests import consent_world
from tests.full_world import FullWorld, keys_of
from tests.world import png

# S supervisor, A artist, O outside artist, P producer, T production assistant, N administrator, X stranger, ? nobody
ROLES = {
    "S": "supervisor",
    "A": "artist",
    "O": "outside_artist",
    "P": "producer",
    "T": "assistant",
    "N": "administrator",
    "X": "stranger",
    "?": "",
}
MEMBERS = "SAOPTN"
PEOPLE = MEMBERS + "X"


@dataclass(frozen=True)
class Row:
    """Whom the service lets do it; from whom the thing is hidden (404); everybody else is refused (403)."""

    allowed: str
    hidden: str = "X"
    body: dict[str, Any] = field(default_factory=dict)
    kind: str = "json"
    headers: dict[str, str] = field(default_factory=dict)

    def expected(self, role: str) -> str:
        """Return "allowed", "404", "403" or "401"."""
        if role in self.allowed:
            return "allowed"
        if role == "?":
            return "401"
        return "404" if role in self.hidden else "403"


def _file(data: bytes, name: str) -> io.BytesIO:
    made = io.BytesIO(data)
    made.name = name
    return made


_SEEN = Row(MEMBERS)
_OWN = Row(PEOPLE)
_TUS = {"Tus-Resumable": "1.0.0"}
_NAME = base64.b64encode(b"A/A0009.png").decode()
_ANNOUNCE = {**_TUS, "Upload-Length": "9", "Upload-Metadata": f"filename {_NAME}"}
_CHUNK = {**_TUS, "Upload-Offset": "0"}


def matrix(full: FullWorld) -> dict[str, Row]:
    """Return the table, with bodies about the things of this world."""
    return {
        **_people(),
        **_productions(),
        **_webhooks(),
        **_cuts(full),
        **_sheets(),
        **_deliveries(),
        **_derived(full),
        **_rest(),
        **_rights_people(),
        **_review(full),
        **_rights_questions(full),
    }


def address_keys(name: str, full: FullWorld, token_key: str) -> dict[str, Any]:
    """Return the keys that an address of this name takes."""
    special = {
        "api_token": {"key": token_key},
        "api_job_retry": {"pk": full.failed_job.pk},
        "api_licence": {"licence_id": "MIT"},
    }
    if name in special:
        return special[name]
    return {
        "code": full.world.production.code,
        "pk": None,
        "stage": "AD",
        "layer": "red",
        "keys": keys_of(full),
    }


def _people() -> dict[str, Row]:
    signing = {"username": "artist", "password": "wrong"}
    view = {"page": "review", "name": "n", "query": ""}
    return {
        "POST api_login": Row(PEOPLE + "?", body=signing),
        "POST api_logout": _OWN,
        "GET api_tokens": _OWN,
        "DELETE api_token": _OWN,
        "GET api_me": _OWN,
        "GET api_my_cuts": _OWN,
        "GET api_notices": _OWN,
        "POST api_notices_read": _OWN,
        "GET api_notice_choices": _OWN,
        "PUT api_notice_choices": Row(PEOPLE, body={"choices": []}),
        "GET api_saved_views": _OWN,
        "POST api_saved_views": Row(PEOPLE, body=view),
        "DELETE api_saved_view": Row("S", hidden="AOPTNX"),
    }


def _productions() -> dict[str, Row]:
    return {
        "GET api_productions": _OWN,
        "POST api_productions": Row("PN", hidden="", body={"code": "NEW", "title": "New"}),
        "GET api_production": _SEEN,
        "PATCH api_production": Row("PN", body={"note": "n"}),
        "GET api_naming_rules": _SEEN,
        "PUT api_naming_rules": Row("PN", body={"rules": []}),
        "GET api_members": Row("SAPTN"),
        "POST api_members": Row("PN", body={"username": "stranger", "role": "artist"}),
        "DELETE api_member": Row("PN"),
        "GET api_episodes": _SEEN,
        "POST api_episodes": Row("PN", body={"code": "EP02"}),
        "GET api_episode": _SEEN,
        "PATCH api_episode": Row("PN", body={"title": "t"}),
        "GET api_audit": Row("PN"),
    }


def _webhooks() -> dict[str, Row]:
    return {
        "GET api_webhooks": Row("PN"),
        "POST api_webhooks": Row("PN", body={"url": "https://chat.example/hook"}),
        "GET api_webhook": Row("PN"),
        "PATCH api_webhook": Row("PN", body={"active": False}),
        "DELETE api_webhook": Row("PN"),
        "POST api_webhook_secret": Row("PN"),
        "POST api_webhook_test": Row("PN"),
        "GET api_deliveries": Row("PN"),
        "GET api_delivery": Row("PN"),
        "POST api_delivery_again": Row("PN"),
    }


def _cuts(full: FullWorld) -> dict[str, Row]:
    table = _file(b"episode,cut\r\nEP01,012\r\n", "cuts.csv")
    return {
        "GET api_cuts": _OWN,
        "GET api_cuts_csv": _SEEN,
        "POST api_cuts_csv": Row("PTN", body={"file": table}, kind="multipart"),
        "POST api_episode_cuts": Row("PTN", body={"number": "099"}),
        "GET api_cut": _SEEN,
        "PATCH api_cut": Row("PTN", body={"note": "n"}),
        "PUT api_cut_cast": Row("PTN", body={"designs": [full.world.design.pk]}),
        "PUT api_cut_shared": Row("PTN", body={"cuts": []}),
        "GET api_sign_offs": _SEEN,
        "POST api_sign_offs": Row("S", body={"stage": "GEN"}),
        "POST api_sign_off_revoke": Row("S", body={"stage": "GEN"}),
        "PATCH api_cut_stage": Row("SPTN", body={"state": "ready"}),
        "GET api_characters": _SEEN,
        "POST api_characters": Row("SA", body={"code": "ren", "name": "Ren"}),
        "GET api_designs": _SEEN,
        "POST api_character_designs": Row("SA", body={"code": "coat", "name": "Coat"}),
        "GET api_design": _SEEN,
    }


def _sheets() -> dict[str, Row]:
    picture = {"file": _file(png(), "a.png"), "kind": "turnaround"}
    palette = {"file": _file(b"part,tone,hex\nhair,normal,#112233\n", "p.csv")}
    swatch = {"part": "hair", "rgb": [1, 2, 3]}
    return {
        "GET api_sheets": _SEEN,
        "POST api_design_sheets": Row("SA"),
        "GET api_sheet": _SEEN,
        "POST api_sheet_submit": Row("SA"),
        "POST api_sheet_approve": Row("S"),
        "POST api_sheet_send_back": Row("S"),
        "POST api_sheet_drawings": Row("SA", body=picture, kind="multipart"),
        "GET api_sheet_drawing": _SEEN,
        "PATCH api_sheet_drawing": Row("SA", body={"label": "l"}),
        "DELETE api_sheet_drawing": Row("SA"),
        "GET api_sheet_drawing_picture": _SEEN,
        "POST api_swatch_pick": Row("SA", body={"x_px": 10, "y_px": 10, "part": "hair"}),
        "GET api_swatches": _SEEN,
        "PUT api_swatches": Row("SA", body={"swatches": [swatch]}),
        "GET api_palette": _SEEN,
        "POST api_palette": Row("SA", body=palette, kind="multipart"),
    }


def _deliveries() -> dict[str, Row]:
    """The upload is the artist's: of the others only who also edits cuts may touch it."""
    names = {"stage": "AD", "paths": ["A0001.png"]}
    return {
        "GET api_uploads": _OWN,
        "POST api_cut_uploads": Row("SAOT", body={"stage": "AD"}),
        "POST api_understand": Row("SAOT", body=names),
        "GET api_upload": _SEEN,
        "DELETE api_upload": Row("AT"),
        "POST api_upload_submit": Row("AT"),
        "GET api_upload_files": _SEEN,
        "POST api_upload_files": Row("AT", kind="", headers=_ANNOUNCE),
        "HEAD api_tus_file": Row(MEMBERS, headers=_TUS),
        "PATCH api_tus_file": Row("AT", kind="application/offset+octet-stream", headers=_CHUNK),
        "DELETE api_tus_file": Row("AT", headers=_TUS),
        "GET api_takes": _OWN,
        "GET api_take": _SEEN,
        "GET api_take_drawings": _SEEN,
        "GET api_drawing": _SEEN,
        "GET api_drawing_picture": _SEEN,
    }


def _derived(full: FullWorld) -> dict[str, Row]:
    """The proposal is the artist's; the outside artist has a stage of its cut."""
    part = full.drafted.part
    keys = {"stage": "AD", "a": part.a.drawing_id, "b": part.b.drawing_id, "chart": "1/2"}
    gaps = {"stage": "AD", "take": part.a.drawing.cell.take_id}
    corrected = {"file": _file(png(seed=3), "Z2.png")}
    return {
        "GET api_engines": Row("SAO"),
        "POST api_cut_derived": Row("SAO", body=keys),
        "POST api_cut_derived_fill": Row("SAO", body=gaps),
        "GET api_derived_list": _OWN,
        "GET api_derived": _SEEN,
        "POST api_derived_steer": Row("SAO", body={"chart": "1/3"}),
        "POST api_derived_accept": Row("SAO"),
        "POST api_derived_reject": Row("SAO"),
        "GET api_derived_sidecar": _SEEN,
        "POST api_derived_correct": Row("SAO", body=corrected, kind="multipart"),
        "GET api_derived_drawing_picture": _SEEN,
        "GET api_derived_key_picture": _SEEN,
        **_cleanups(full),
    }


def _cleanups(full: FullWorld) -> dict[str, Row]:
    """The clean-up is the artist's, too."""
    rough = {"stage": "AD", "roughs": [{"drawing": full.cleaned.part.a.drawing_id, "wishes": {"gap_px": 4}}]}
    sheet = {"sheet": full.world.design.sheets.get(state="approved").pk}
    return {
        "POST api_cut_cleanup": Row("SAO", body=rough),
        "POST api_cleanup_steer": Row("SAO", body={"parts": [{"part": 0, "wishes": {}}]}),
        "GET api_cleanup_svg": _SEEN,
        "GET api_cleanup_layer": _SEEN,
        "GET api_line_styles": Row("SAO"),
        "POST api_line_styles": Row("SAO", body=sheet),
    }


def _rest() -> dict[str, Row]:
    """The job is the artist's; an outside artist does not see the jobs of others."""
    evidence = {"file": _file(b"%PDF", "e.pdf")}
    return {
        "GET api_datasets": Row("SPTN"),
        "POST api_datasets": Row("P", body={"name": "More"}),
        "GET api_dataset": Row("SPTN"),
        "PATCH api_dataset": Row("P", body={"note": "n"}),
        "DELETE api_dataset": Row("P"),
        "POST api_dataset_evidence": Row("P", body=evidence, kind="multipart"),
        "GET api_evidence": Row("SPTN"),
        "GET api_jobs": _OWN,
        "GET api_job": Row("SAPTN", hidden="OX"),
        "POST api_job_cancel": Row("SAPN", hidden="OX"),
        "POST api_job_retry": Row("SAPN", hidden="OX"),
    }


def _rights_people() -> dict[str, Row]:
    """Rights holders belong to the whole studio: strangers are refused, nothing is hidden."""
    seen, kept = Row("SPTN", hidden=""), {"hidden": ""}
    which = {"effective_on": str(consent_world.day(0))}
    terms = {"subject_kind": "holder", "scopes": ["train"], "territories": ["JP"]}
    paid = {"amount": "5", "paid_on": "2026-11-01"}
    paper = {"file": _file(b"%PDF", "g.pdf")}
    return {
        "GET api_holders": seen,
        "POST api_holders": Row("P", body={"name": "Ken"}, **kept),
        "GET api_holder": seen,
        "PATCH api_holder": Row("P", body={"credit": "H. M."}, **kept),
        "GET api_holder_grants": seen,
        "POST api_holder_grants": Row("P", body=terms, **kept),
        "POST api_withdraw_preview": Row("SPTN", body=which, **kept),
        "POST api_withdraw": Row("P", body=which, **kept),
        "GET api_grant": seen,
        "POST api_grant_evidence": Row("P", body=paper, kind="multipart", **kept),
        "POST api_grant_payments": Row("P", body=paid, **kept),
        "GET api_withdrawals": seen,
        "GET api_withdrawal": seen,
        "POST api_withdrawal_task_done": Row("P", body={"note": "told"}, **kept),
        "GET api_rights_due": seen,
        "GET api_rights_due_ics": seen,
        "GET api_rights_credits": Row("SPTN"),
        "GET api_rights_payments": Row("SPTN"),
    }


def _review(full: FullWorld) -> dict[str, Row]:
    ok = {"decision": "ok"}
    return {
        "GET api_flags": _SEEN,
        "GET api_flag_next": _SEEN,
        "GET api_flag_groups": _SEEN,
        "GET api_cut_flags": _SEEN,
        "POST api_flag_verdicts": Row("S", body={**ok, "flags": [full.flag.pk]}),
        "POST api_flag_assign": Row("S", body={"flags": [full.flag.pk], "username": "supervisor"}),
        "GET api_flag": _SEEN,
        "GET api_season": Row("SAPTN"),
        "GET api_flag_heat": _SEEN,
        "GET api_flag_laid": _SEEN,
        "POST api_flag_verdict": Row("S", body=ok),
        "POST api_flag_undo": Row("S"),
        "POST api_flag_claim": Row("S"),
        "DELETE api_flag_claim": _SEEN,
        "GET api_take_check": _SEEN,
        "GET api_drawing_similar": _SEEN,
        "GET api_sheet_drawing_similar": _SEEN,
        "POST api_take_check": Row("SATN"),
        "GET api_retakes": _SEEN,
        "GET api_retakes_csv": _SEEN,
        "GET api_retakes_table": _SEEN,
        "GET api_retakes_pdf": _SEEN,
        "POST api_retakes_due": Row("SPTN", body={"retakes": [full.retake.pk], "due_on": "2027-01-01"}),
        "POST api_retakes_close": Row("S", body={"retakes": [full.retake.pk]}),
        "POST api_take_retake": Row("S", body={"reason": "face"}),
        "DELETE api_retake_line": Row("S"),
        "GET api_retake": _SEEN,
        "PATCH api_retake": Row("SPTN", body={"due_on": "2027-01-01"}),
        "POST api_retake_close": Row("S"),
        **_comments(),
        **_corrections(full),
    }


def _corrections(full: FullWorld) -> dict[str, Row]:
    """The correction is the supervisor's: for others there is no such stroke."""
    drawn = {"uid": "5f0f7e0e-8d2b-4b59-9c53-0f3f9a6f4f11", "tool": "pen", "points": [[1, 1], [9, 9, 0.7]]}
    theirs = {"uids": [str(full.stroke.uid)]}
    return {
        "GET api_corrections": _SEEN,
        "POST api_corrections": Row("SAOT", body={"strokes": [drawn]}),
        "POST api_correction_erase": Row("S", hidden="AOTX", body=theirs),
        "POST api_correction_restore": Row("S", hidden="AOTX", body=theirs),
    }


def _comments() -> dict[str, Row]:
    """The comment is the artist's, about a stage that the outside artist has."""
    return {
        "GET api_take_comments": _SEEN,
        "POST api_take_comments": Row(MEMBERS, body={"text": "Smaller, please"}),
        "GET api_comment": _SEEN,
        "POST api_comment_resolve": Row("SAO"),
        "POST api_comment_reopen": Row("SAO"),
        "POST api_comment_withdraw": Row("A"),
        "GET api_comments_csv": _SEEN,
    }


def _rights_questions(full: FullWorld) -> dict[str, Row]:
    """What belongs to the whole studio is refused to a stranger, not hidden: its address tells nothing."""
    things = full.rights
    anywhere = Row("SPTN", hidden="")
    waiver = {"reason": "replaced_next", "text": "soon", "expires_on": "2026-12-31"}
    model = {"name": "clip", "version": "1", "family": "embed"}
    reading = {"facets": {"train": "allow"}, "reviewed_by": "Counsel"}
    conclusion = {"standing": things.item.standing_id, "expression": "MIT", "why": "read"}
    return {
        "POST api_rights_ask": Row("SPTN", body={"action": "check", "model": things.model.pk}),
        "POST api_rights_audit": Row("P"),
        "GET api_findings": Row("SPTN"),
        "GET api_made_by_models": Row("SPTN"),
        "GET api_decision": Row("SPTN"),
        "GET api_finding": Row("SPTN"),
        "PATCH api_finding": Row("P", body={"username": "producer"}),
        "POST api_waivers": Row("P", body=waiver),
        "POST api_waiver_decide": Row("P", body={"approved": True}),
        "GET api_dataset_versions": Row("SPTN"),
        "POST api_dataset_versions": Row("P"),
        "GET api_dataset_version": Row("SPTN"),
        "GET api_version_groups": Row("SPTN"),
        "POST api_version_conclude": Row("P", body=conclusion),
        "POST api_version_freeze": Row("P"),
        "POST api_version_approve": Row("P"),
        "GET api_version_difference": Row("SPTN"),
        "GET api_models": anywhere,
        "POST api_models": Row("P", hidden="", body=model),
        "GET api_model": anywhere,
        "POST api_model_block": Row("P", hidden="", body={"reason": "withdrawn"}),
        "GET api_licences": anywhere,
        "GET api_licence": anywhere,
        "PUT api_licence": Row("P", hidden="", body=reading),
        "POST api_enquiry": Row("SPTN", hidden="", body={"sha256": "0" * 64}),
        "POST api_enquiry_by_file": Row(
            "SPTN", hidden="", body={"file": _file(b"art", "a.png")}, kind="multipart"
        ),
        **_rights_more(things.item.standing_id),
    }


def _rights_more(standing: int) -> dict[str, Row]:
    return {
        "GET api_rights_approvals": Row("SPTN"),
        "POST api_rights_approvals": Row("P", body={"use": "generate", "reference": "K-12"}),
        "GET api_exploitation": Row("SPTN"),
        "PATCH api_exploitation": Row("P", body={"commercial": False}),
        "GET api_made_by_models_csv": Row("SPTN"),
        "GET api_version_works": Row("SPTN"),
        "POST api_version_leave_out": Row("P", body={"standing": standing}),
        "POST api_version_block": Row("P", body={"why": "late"}),
        "POST api_version_retire": Row("P", body={"why": "old"}),
        "GET api_policies": Row("SPTN", hidden=""),
        "POST api_policies": Row("P", hidden="", body={"text": "name: ours"}),
    }
