"""Who may do what by API: one row for each method of each address, with a call that the service can judge."""

from __future__ import annotations

import base64
from typing import Any

from tests.flows.api_matrix_rights import rights_people, rights_questions
from tests.flows.api_rows import MEMBERS, OWN, PEOPLE, SEEN, Row, file_of
from tests.full_world import FullWorld, keys_of
from tests.world import png

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
        **rights_people(),
        **_review(full),
        **rights_questions(full),
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
        "POST api_logout": OWN,
        "GET api_tokens": OWN,
        "DELETE api_token": OWN,
        "GET api_me": OWN,
        "GET api_my_cuts": OWN,
        "GET api_notices": OWN,
        "POST api_notices_read": OWN,
        "GET api_notice_choices": OWN,
        "PUT api_notice_choices": Row(PEOPLE, body={"choices": []}),
        "GET api_saved_views": OWN,
        "POST api_saved_views": Row(PEOPLE, body=view),
        "DELETE api_saved_view": Row("S", hidden="AOPTNX"),
    }


def _productions() -> dict[str, Row]:
    return {
        "GET api_productions": OWN,
        "POST api_productions": Row("PN", hidden="", body={"code": "NEW", "title": "New"}),
        "GET api_production": SEEN,
        "PATCH api_production": Row("PN", body={"note": "n"}),
        "GET api_naming_rules": SEEN,
        "PUT api_naming_rules": Row("PN", body={"rules": []}),
        "GET api_members": Row("SAPTN"),
        "POST api_members": Row("PN", body={"username": "stranger", "role": "artist"}),
        "DELETE api_member": Row("PN"),
        "GET api_episodes": SEEN,
        "POST api_episodes": Row("PN", body={"code": "EP02"}),
        "GET api_episode": SEEN,
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
    table = file_of(b"episode,cut\r\nEP01,012\r\n", "cuts.csv")
    return {
        "GET api_cuts": OWN,
        "GET api_cuts_csv": SEEN,
        "POST api_cuts_csv": Row("PTN", body={"file": table}, kind="multipart"),
        "POST api_episode_cuts": Row("PTN", body={"number": "099"}),
        "GET api_cut": SEEN,
        "PATCH api_cut": Row("PTN", body={"note": "n"}),
        "PUT api_cut_cast": Row("PTN", body={"designs": [full.world.design.pk]}),
        "PUT api_cut_shared": Row("PTN", body={"cuts": []}),
        "GET api_sign_offs": SEEN,
        "POST api_sign_offs": Row("S", body={"stage": "GEN"}),
        "POST api_sign_off_revoke": Row("S", body={"stage": "GEN"}),
        "PATCH api_cut_stage": Row("SPTN", body={"state": "ready"}),
        "GET api_characters": SEEN,
        "POST api_characters": Row("SA", body={"code": "ren", "name": "Ren"}),
        "GET api_designs": SEEN,
        "POST api_character_designs": Row("SA", body={"code": "coat", "name": "Coat"}),
        "GET api_design": SEEN,
    }


def _sheets() -> dict[str, Row]:
    picture = {"file": file_of(png(), "a.png"), "kind": "turnaround"}
    palette = {"file": file_of(b"part,tone,hex\nhair,normal,#112233\n", "p.csv")}
    swatch = {"part": "hair", "rgb": [1, 2, 3]}
    return {
        "GET api_sheets": SEEN,
        "POST api_design_sheets": Row("SA"),
        "GET api_sheet": SEEN,
        "POST api_sheet_submit": Row("SA"),
        "POST api_sheet_approve": Row("S"),
        "POST api_sheet_send_back": Row("S"),
        "POST api_sheet_drawings": Row("SA", body=picture, kind="multipart"),
        "GET api_sheet_drawing": SEEN,
        "PATCH api_sheet_drawing": Row("SA", body={"label": "l"}),
        "DELETE api_sheet_drawing": Row("SA"),
        "GET api_sheet_drawing_picture": SEEN,
        "POST api_swatch_pick": Row("SA", body={"x_px": 10, "y_px": 10, "part": "hair"}),
        "GET api_swatches": SEEN,
        "PUT api_swatches": Row("SA", body={"swatches": [swatch]}),
        "GET api_palette": SEEN,
        "POST api_palette": Row("SA", body=palette, kind="multipart"),
    }


def _deliveries() -> dict[str, Row]:
    """The upload is the artist's: of the others only who also edits cuts may touch it."""
    names = {"stage": "AD", "paths": ["A0001.png"]}
    return {
        "GET api_uploads": OWN,
        "POST api_cut_uploads": Row("SAOT", body={"stage": "AD"}),
        "POST api_understand": Row("SAOT", body=names),
        "GET api_upload": SEEN,
        "DELETE api_upload": Row("AT"),
        "POST api_upload_submit": Row("AT"),
        "GET api_upload_files": SEEN,
        "POST api_upload_files": Row("AT", kind="", headers=_ANNOUNCE),
        "HEAD api_tus_file": Row(MEMBERS, headers=_TUS),
        "PATCH api_tus_file": Row("AT", kind="application/offset+octet-stream", headers=_CHUNK),
        "DELETE api_tus_file": Row("AT", headers=_TUS),
        "GET api_takes": OWN,
        "GET api_take": SEEN,
        "GET api_take_drawings": SEEN,
        "GET api_drawing": SEEN,
        "GET api_drawing_picture": SEEN,
    }


def _derived(full: FullWorld) -> dict[str, Row]:
    """The proposal is the artist's; the outside artist has a stage of its cut."""
    part = full.drafted.part
    keys = {"stage": "AD", "a": part.a.drawing_id, "b": part.b.drawing_id, "chart": "1/2"}
    gaps = {"stage": "AD", "take": part.a.drawing.cell.take_id}
    corrected = {"file": file_of(png(seed=3), "Z2.png")}
    return {
        "GET api_engines": Row("SAO"),
        "POST api_cut_derived": Row("SAO", body=keys),
        "POST api_cut_derived_fill": Row("SAO", body=gaps),
        "GET api_derived_list": OWN,
        "GET api_derived": SEEN,
        "POST api_derived_steer": Row("SAO", body={"chart": "1/3"}),
        "POST api_derived_accept": Row("SAO"),
        "POST api_derived_reject": Row("SAO"),
        "GET api_derived_sidecar": SEEN,
        "POST api_derived_correct": Row("SAO", body=corrected, kind="multipart"),
        "GET api_derived_drawing_picture": SEEN,
        "GET api_derived_key_picture": SEEN,
        **_cleanups(full),
    }


def _cleanups(full: FullWorld) -> dict[str, Row]:
    """The clean-up is the artist's, too."""
    rough = {"stage": "AD", "roughs": [{"drawing": full.cleaned.part.a.drawing_id, "wishes": {"gap_px": 4}}]}
    sheet = {"sheet": full.world.design.sheets.get(state="approved").pk}
    return {
        "POST api_cut_cleanup": Row("SAO", body=rough),
        "POST api_cleanup_steer": Row("SAO", body={"parts": [{"part": 0, "wishes": {}}]}),
        "GET api_cleanup_svg": SEEN,
        "GET api_cleanup_layer": SEEN,
        "GET api_line_styles": Row("SAO"),
        "POST api_line_styles": Row("SAO", body=sheet),
    }


def _rest() -> dict[str, Row]:
    """The job is the artist's; an outside artist does not see the jobs of others."""
    evidence = {"file": file_of(b"%PDF", "e.pdf")}
    return {
        "GET api_datasets": Row("SPTN"),
        "POST api_datasets": Row("P", body={"name": "More"}),
        "GET api_dataset": Row("SPTN"),
        "PATCH api_dataset": Row("P", body={"note": "n"}),
        "DELETE api_dataset": Row("P"),
        "POST api_dataset_evidence": Row("P", body=evidence, kind="multipart"),
        "GET api_evidence": Row("SPTN"),
        "GET api_jobs": OWN,
        "GET api_job": Row("SAPTN", hidden="OX"),
        "POST api_job_cancel": Row("SAPN", hidden="OX"),
        "POST api_job_retry": Row("SAPN", hidden="OX"),
    }


def _review(full: FullWorld) -> dict[str, Row]:
    ok = {"decision": "ok"}
    return {
        "GET api_flags": SEEN,
        "GET api_flag_next": SEEN,
        "GET api_flag_groups": SEEN,
        "GET api_cut_flags": SEEN,
        "POST api_flag_verdicts": Row("S", body={**ok, "flags": [full.flag.pk]}),
        "POST api_flag_assign": Row("S", body={"flags": [full.flag.pk], "username": "supervisor"}),
        "GET api_flag": SEEN,
        "GET api_season": Row("SAPTN"),
        "GET api_flag_heat": SEEN,
        "GET api_flag_laid": SEEN,
        "POST api_flag_verdict": Row("S", body=ok),
        "POST api_flag_undo": Row("S"),
        "POST api_flag_claim": Row("S"),
        "DELETE api_flag_claim": SEEN,
        "GET api_take_check": SEEN,
        "GET api_drawing_similar": SEEN,
        "GET api_sheet_drawing_similar": SEEN,
        "POST api_take_check": Row("SATN"),
        "GET api_retakes": SEEN,
        "GET api_retakes_csv": SEEN,
        "GET api_retakes_table": SEEN,
        "GET api_retakes_pdf": SEEN,
        "POST api_retakes_due": Row("SPTN", body={"retakes": [full.retake.pk], "due_on": "2027-01-01"}),
        "POST api_retakes_close": Row("S", body={"retakes": [full.retake.pk]}),
        "POST api_take_retake": Row("S", body={"reason": "face"}),
        "DELETE api_retake_line": Row("S"),
        "GET api_retake": SEEN,
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
        "GET api_corrections": SEEN,
        "POST api_corrections": Row("SAOT", body={"strokes": [drawn]}),
        "POST api_correction_erase": Row("S", hidden="AOTX", body=theirs),
        "POST api_correction_restore": Row("S", hidden="AOTX", body=theirs),
    }


def _comments() -> dict[str, Row]:
    """The comment is the artist's, about a stage that the outside artist has."""
    return {
        "GET api_take_comments": SEEN,
        "POST api_take_comments": Row(MEMBERS, body={"text": "Smaller, please"}),
        "GET api_comment": SEEN,
        "POST api_comment_resolve": Row("SAO"),
        "POST api_comment_reopen": Row("SAO"),
        "POST api_comment_withdraw": Row("A"),
        "GET api_comments_csv": SEEN,
    }
