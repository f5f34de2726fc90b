"""What each page address asks for: one line a page. A new address without a line here fails test_page_roles.

A line names the method, the action that the page asks for, and whether it is about the cut of the outside
artist ("own"), about the whole production ("") or about the whole studio ("studio").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assets.authority import DEFAULT_AUTHORITY
from studio.core.roles import Action, Role, may

A = Action
OPEN = "open"  # for everybody, signed in or not
THEIRS = "theirs"  # for the person whose notice it is; tested with the notices
LICENCES = "may see licences somewhere"  # for who has the right in any production; tested with the register
SIGNED_IN = "signed in"  # for everybody who is signed in; shows only what the person may see


@dataclass(frozen=True)
class Rule:
    method: str
    needs: Action | str
    about: str = ""
    data: dict[str, Any] | None = None
    stage: str = ""  # the action, and the authority over this stage


def may_by(rule: Rule, role: Role) -> bool:
    """Return whether the role may do what the rule is about."""
    held = {role, Role.EPISODE_DIRECTOR} if role == Role.SUPERVISOR else {role}  # as the world has it
    if not may([role], rule.needs):  # type: ignore[arg-type]
        return False
    return not rule.stage or bool(held & set(DEFAULT_AUTHORITY[rule.stage]))


def get(needs: Action | str, about: str = "") -> Rule:
    return Rule("get", needs, about)


def post(needs: Action | str, about: str = "", **data: Any) -> Rule:
    return Rule("post", needs, about, data)


_STROKE = '{"uid": "5f0f7e0e-8d2b-4b59-9c53-0f3f9a6f4f11", "points": [[1, 1], [9, 9]]}'
_DRAWN = f'[{{"draw": {_STROKE}}}]'
RULES: dict[str, Rule] = {
    "login": get(OPEN),
    "logout": post(SIGNED_IN),
    "set_language": post(OPEN),
    "theme": post(SIGNED_IN),
    "help": get(SIGNED_IN),
    "health": get("staff"),
    "ready": get(OPEN),
    "banks_rebuild": post("staff"),
    "archive_rebuild": post("staff"),
    "find": get(SIGNED_IN),
    "find_ask": post(SIGNED_IN),
    "found": get(THEIRS),
    "home": get(SIGNED_IN),
    "search": get(SIGNED_IN),
    "jobs": get(SIGNED_IN),
    "now": get(SIGNED_IN),
    "notices": get(SIGNED_IN),
    "notices_read": post(SIGNED_IN),
    "notice_choices": get(SIGNED_IN),
    "notice_test": post(THEIRS),
    "notice": get(THEIRS),
    "notice_state": get(THEIRS),
    "webhooks": get(A.MANAGE_PRODUCTION),
    "webhook": get(A.MANAGE_PRODUCTION),
    "webhook_switch": post(A.MANAGE_PRODUCTION, active="0"),
    "webhook_rotate": post(A.MANAGE_PRODUCTION, sure="1"),
    "webhook_test": post(A.MANAGE_PRODUCTION, sure="1"),
    "webhook_remove": post(A.MANAGE_PRODUCTION, sure="1"),
    "delivery": get(A.MANAGE_PRODUCTION),
    "delivery_again": post(A.MANAGE_PRODUCTION, sure="1"),
    "my_cuts": get(SIGNED_IN),
    "demo": get(SIGNED_IN),
    "job": get(A.VIEW, "own"),
    "job_events": get(A.VIEW, "own"),
    "job_cancel": post(A.MANAGE_JOBS),
    "job_retry": post(A.MANAGE_JOBS),
    "production_new": get("may open productions"),
    "production": get(A.VIEW),
    "behind": get(A.VIEW_ALL_CUTS),
    "season": get(A.VIEW_ALL_CUTS),
    "season_csv": get(A.VIEW_ALL_CUTS),
    "export": get(A.VIEW),
    "export_csv": get(A.VIEW),
    "production_settings": get(A.MANAGE_PRODUCTION),
    "desk_rules": get(A.MANAGE_PRODUCTION),
    "episode_new": post(A.MANAGE_PRODUCTION, **{"new-code": "EP07"}),
    "episode_edit": post(A.MANAGE_PRODUCTION, code="EP01", title="New title"),
    "naming_rules": get(A.MANAGE_PRODUCTION),
    "naming_test": post(A.VIEW),
    "people": get(A.VIEW_ALL_CUTS),
    "role_remove": post(A.MANAGE_MEMBERS, sure="1"),
    "audit": get(A.VIEW_AUDIT),
    "cuts": get(A.VIEW),
    "cut_new": get(A.EDIT_CUTS),
    "cuts_csv": get(A.EDIT_CUTS),
    "cut": get(A.VIEW, "own"),
    "cut_edit": get(A.EDIT_CUTS, "own"),
    "cut_stage": post(A.EDIT_CUTS, "own", stage="AD", state="in_work", due_on="2026-12-24"),
    "cut_sign": Rule("post", A.GIVE_VERDICT, "own", {"stage": "GEN"}, stage="GEN"),
    "cut_cast": post(A.EDIT_CUTS, "own", designs=[]),
    "cut_share": post(A.EDIT_CUTS, "own"),
    "upload": get(A.UPLOAD_TAKE, "own"),
    "upload_understand": post(A.UPLOAD_TAKE, "own"),
    "upload_open": Rule("json", A.UPLOAD_TAKE, "own", {"stage": "AD"}),
    "upload_page": get(A.VIEW, "own"),
    "upload_files": get(A.VIEW, "own"),
    "upload_submit": post(A.UPLOAD_TAKE, "own"),
    "upload_discard": post(A.UPLOAD_TAKE, "own", sure="1"),
    "take": get(A.VIEW, "own"),
    # In-betweens: the outside artist's own proposal; a draft draws and writes nothing, so its data are not counted.
    "inbetween": get(A.DERIVE, "own"),
    "inbetween_draft": Rule("json", A.DERIVE, "own"),
    "inbetween_chart": get(A.DERIVE, "own"),
    "inbetween_order": Rule("json", A.DERIVE, "own"),
    "inbetween_fill": post(A.DERIVE, "own"),
    "proposals": get(A.VIEW, "own"),
    "proposal": get(A.VIEW, "own"),
    "proposal_steer": get(A.DERIVE, "own"),
    "proposal_accept": post(A.DERIVE, "own", version="1"),
    "proposal_reject": post(A.DERIVE, "own", note="too stiff"),
    "proposal_sidecar": get(A.VIEW, "own"),
    "proposal_drawing_picture": get(A.VIEW, "own"),
    "proposal_correct": post(A.DERIVE, "own"),
    "proposal_key_picture": get(A.VIEW, "own"),
    "drawing_picture": get(A.VIEW, "own"),
    "drawing_thumb": get(A.VIEW, "own"),
    "sheets": get(A.VIEW),
    "character_new": post(A.EDIT_SHEETS, code="rin", name="Rin"),
    "design_new": post(A.EDIT_SHEETS, code="gym", name="Gym"),
    "sheet": get(A.VIEW),
    "production_book": get(A.VIEW),
    "sheet_book": get(A.VIEW),
    "sheet_compare": get(A.VIEW),
    "sheet_add": post(A.EDIT_SHEETS),
    "sheet_step": post(A.APPROVE_SHEET, step="send_back"),
    "sheet_version": post(A.EDIT_SHEETS),
    "sheet_swatches": post(A.EDIT_SHEETS),
    "sheet_palette": post(A.EDIT_SHEETS),
    "sheet_palette_csv": get(A.VIEW),
    "sheet_drawing_edit": post(A.EDIT_SHEETS, kind="detail", view="back"),
    "sheet_pick": post(A.EDIT_SHEETS, part="hair", x="8", y="8"),
    "sheet_picture": get(A.VIEW),
    "sheet_thumb": get(A.VIEW),
    "datasets": get(A.VIEW_DATASETS),
    "dataset_new": get(A.EDIT_DATASETS),
    "dataset": get(A.VIEW_DATASETS),
    "dataset_remove": post(A.EDIT_DATASETS, sure="1"),
    "evidence_add": post(A.EDIT_DATASETS),
    "evidence": get(A.VIEW_DATASETS),
    # Rights of the whole studio: whoever may see datasets in one production sees them; others are refused.
    "rights_home": get(A.VIEW_DATASETS, "studio"),
    "holders": get(A.VIEW_DATASETS, "studio"),
    "holder_new": get(A.EDIT_DATASETS, "studio"),
    "holder": get(A.VIEW_DATASETS, "studio"),
    "holder_edit": post(A.EDIT_DATASETS, "studio", name="Hana M.", kind="person"),
    "grant_new": get(A.EDIT_DATASETS, "studio"),
    "withdraw": get(A.EDIT_DATASETS, "studio"),
    "grant": get(A.VIEW_DATASETS, "studio"),
    "grant_change": get(A.EDIT_DATASETS, "studio"),
    "grant_evidence": post(A.EDIT_DATASETS, "studio"),
    "grant_pay": post(A.EDIT_DATASETS, "studio", amount="5", currency="JPY", paid_on="2026-11-01"),
    "withdrawals": get(A.VIEW_DATASETS, "studio"),
    "withdrawal": get(A.VIEW_DATASETS, "studio"),
    "withdrawal_vectors": get(A.VIEW_DATASETS, "studio"),
    "withdrawal_csv": get(A.VIEW_DATASETS, "studio"),
    "withdrawal_task_done": post(A.EDIT_DATASETS, "studio", note="done"),
    "rights_due": get(A.VIEW_DATASETS, "studio"),
    "rights_due_ics": get(A.VIEW_DATASETS, "studio"),
    "rights_due_csv": get(A.VIEW_DATASETS, "studio"),
    "rights_credits": get(A.VIEW_DATASETS),
    "rights_credits_csv": get(A.VIEW_DATASETS),
    "rights_payments": get(A.VIEW_DATASETS),
    "rights_payments_csv": get(A.VIEW_DATASETS),
    "review": get(A.VIEW_FLAGS),
    "review_start": get(A.VIEW_FLAGS),
    "review_save_view": post(A.VIEW_FLAGS),
    "review_verdicts": post(A.GIVE_VERDICT),
    "review_undo": post(A.GIVE_VERDICT),
    "review_assign": post(A.GIVE_VERDICT),
    "review_states": get(A.VIEW_FLAGS),
    "flag_previous": get(A.VIEW_FLAGS, "own"),
    "flag": get(A.VIEW_FLAGS, "own"),
    "flag_heat": get(A.VIEW_FLAGS, "own"),
    "alarms": get(A.VIEW_ALL_CUTS),
    "alarms_calibrate": post(A.GIVE_VERDICT),
    "spot_checks": get(A.GIVE_VERDICT),
    "spot_answer": post(A.GIVE_VERDICT, "own", found="clean"),
    "flag_laid": get(A.VIEW_FLAGS, "own"),
    "flag_verdict": post(A.GIVE_VERDICT, "own", decision="ok"),
    "flag_undo": post(A.GIVE_VERDICT, "own"),
    "flag_claim": post(A.GIVE_VERDICT, "own"),
    "flag_release": post(A.VIEW_FLAGS, "own"),
    "cut_playback": get(A.VIEW, "own"),
    "cut_flags": get(A.VIEW, "own"),
    "cut_sheet": get(A.VIEW, "own"),
    "cut_retakes": get(A.VIEW_RETAKES, "own"),
    "take_flags": get(A.VIEW, "own"),
    "room": get(A.VIEW, "own"),
    "room_json": get(A.VIEW, "own"),
    "take_comments": post(A.VIEW, "own", text="Smaller, please"),
    "comment_people": get(A.VIEW, "own"),
    "comment_resolve": post(A.VIEW, "own"),
    "comment_reopen": post(A.VIEW, "own"),
    "comment_withdraw": post(A.VIEW, "own"),
    "comments_csv": get(A.VIEW),
    "drawing_corrections": post(A.UPLOAD_TAKE, "own", steps=_DRAWN),
    "take_check": post(A.RUN_CHECK, "own", again="1"),
    "playlists": get(A.VIEW_ALL_CUTS),
    "playlist_new": post(A.MANAGE_RUSH, name="Monday"),
    "playlist": get(A.VIEW_ALL_CUTS),
    "playlist_edit": post(A.MANAGE_RUSH, rename="1", name="Tuesday"),
    "playlist_item": get(A.VIEW_ALL_CUTS),
    "guest_link_new": post(A.MANAGE_MEMBERS, label="A friend", days="3"),
    "guest_link_revoke": post(A.MANAGE_MEMBERS),
    "guest": get(OPEN),
    "guest_item": get(OPEN),
    "guest_picture": get(OPEN),
    "retakes": get(A.VIEW_RETAKES),
    "retakes_csv": get(A.VIEW_RETAKES),
    "retakes_pdf": get(A.VIEW_RETAKES),
    "retakes_many": post(A.VIEW_RETAKES),
    "take_retake": Rule("post", A.GIVE_VERDICT, "own", {"reason": "face"}, stage="PT"),
    "retake_line_withdraw": post(A.GIVE_VERDICT, "own"),
    "retake_due": post(A.GIVE_VERDICT, "own"),
    "retake_close": post(A.GIVE_VERDICT, "own"),
    # Questions about rights.
    "rights": get(A.VIEW_DATASETS),
    "rights_ask": get(A.VIEW_DATASETS),
    "rights_audit": post(A.EDIT_DATASETS, again="1"),
    "rights_exploitation": get(A.EDIT_DATASETS),
    "rights_approvals": post(A.EDIT_DATASETS, use="generate", reference="K-7", approved="1"),
    "made_by_models": get(A.VIEW_DATASETS),
    "made_by_models_csv": get(A.VIEW_DATASETS),
    "finding": get(A.VIEW_DATASETS),
    "finding_assign": post(A.EDIT_DATASETS),
    "waiver_request": post(A.EDIT_DATASETS, reason="replaced_next", text="soon", expires_on="2026-12-31"),
    "waiver_decide": post(A.EDIT_DATASETS, approved="1"),
    "dataset_draft": get(A.VIEW_DATASETS),
    "dataset_version": get(A.VIEW_DATASETS),
    "dataset_bring": post(A.EDIT_DATASETS),
    "dataset_group": get(A.VIEW_DATASETS),
    "dataset_leave_out": post(A.EDIT_DATASETS, sure="1"),
    "dataset_step": post(A.EDIT_DATASETS, step="freeze"),
    "dataset_works": get(A.VIEW_DATASETS),
    "dataset_difference": get(A.VIEW_DATASETS),
    "decision": get(A.VIEW_DATASETS),
    "work": get(LICENCES),
    "rights_datasets": get(LICENCES),
    "models": get(LICENCES),
    "model_new": get("may enter models"),
    "model": get(LICENCES),
    "model_block": post("may enter models"),
    "licences": get(LICENCES),
    "licence": get(LICENCES),
    "policies": get(LICENCES),
    "enquiry": get(LICENCES),
}
