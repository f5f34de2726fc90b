"""Who may do what by API at the desk of rights."""

from __future__ import annotations

from tests import consent_world
from tests.flows.api_rows import Row, file_of
from tests.full_world import FullWorld


def rights_people() -> dict[str, Row]:
    """Rights holders belong to the whole studio: strangers are refused, nothing is hidden."""
    seen, kept = Row("SPTN", hidden=""), {"hidden": ""}
    which = {"effective_on": str(consent_world.day(0))}
    terms = {"subject_kind": "holder", "scopes": ["train"], "territories": ["JP"]}
    paid = {"amount": "5", "paid_on": "2026-11-01"}
    paper = {"file": file_of(b"%PDF", "g.pdf")}
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


def rights_questions(full: FullWorld) -> dict[str, Row]:
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
            "SPTN", hidden="", body={"file": file_of(b"art", "a.png")}, kind="multipart"
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
