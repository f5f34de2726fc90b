"""For R14 to R27 an example that fires and one that does not: the last column of the reference's table, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assets.rights.answers import Answer
from tests.assets.rights.rules.cases import (
    NEXT_SPRING,
    RAIL,
    TV,
    Found,
    by_grant,
    house,
    weights,
)
from tests.assets.rights.rules.small import (
    EVERYTHING,
    ON,
    STUDIO,
    TANAKA,
    audited,
    drawn,
    found,
    grant,
    work,
    world,
)

# rule: (a sentence, what fires it, what does not)
GRANTS: dict[str, list[tuple[str, Found, Found]]] = {
    "R14": [
        (
            "a licence that forbids",
            lambda: found(house(train=Answer.DENY)),
            lambda: found(house(redistribute=Answer.DENY)),
        ),
        (
            "reference, not training",
            lambda: found(by_grant(scopes=frozenset({"reference"}))),
            lambda: found(by_grant()),
        ),
        (
            "learning, not output",
            lambda: found(by_grant(scopes=frozenset({"train"}))),
            lambda: found(by_grant(scopes=frozenset({"train"})), "train"),
        ),
        (
            "only an offer",
            lambda: found(by_grant(signed_on=None)),
            lambda: found(by_grant(signed_on=None, basis="owned")),
        ),
        (
            "not yet",
            lambda: found(by_grant(valid_from=ON + timedelta(1))),
            lambda: found(by_grant(valid_from=ON)),
        ),
        (
            "a style",
            lambda: found(by_grant(scopes=EVERYTHING - {"imitate"}), "finetune", style_of="Tanaka"),
            lambda: found(by_grant(scopes=EVERYTHING - {"imitate"}), "finetune"),
        ),
        (
            "left open",
            lambda: found(world(work(concluded="CC-BY-SA-4.0"))),
            lambda: found(world(work(concluded="CC-BY-4.0"))),
        ),
    ],
    "R15": [
        (
            "CC-BY-NC in a series",
            lambda: found(world(work(concluded="CC-BY-NC-4.0"))),
            lambda: found(world(work(concluded="CC-BY-NC-4.0"), production={"commercial": False})),
        ),
        ("a free grant", lambda: found(by_grant(commercial=False)), lambda: found(by_grant())),
        (
            "left open",
            lambda: found(world(work(concluded=RAIL))),
            lambda: found(world(work(concluded=RAIL)), commercial=False),
        ),
    ],
    "R16": [
        (
            "Japan alone",
            lambda: found(by_grant(territories=frozenset({"JP"}))),
            lambda: found(by_grant(territories=frozenset({"JP"})), territories=frozenset({"JP"})),
        ),
        (
            "all but one",
            lambda: found(by_grant(excluded=frozenset({"US"}))),
            lambda: found(by_grant(excluded=frozenset({"US"})), territories=frozenset({"JP", "FR"})),
        ),
        (
            "the one that is left out",
            lambda: found(by_grant(excluded=frozenset({"US"})), territories=frozenset({"US", "JP"})),
            lambda: found(by_grant(territories=frozenset({"JP", "US"})), territories=frozenset({"US"})),
        ),
    ],
    "R17": [
        (
            "ends before the streamer",
            lambda: found(by_grant(valid_until=NEXT_SPRING)),
            lambda: found(by_grant(valid_until=date(2030, 1, 1))),
        ),
        (
            "no end at all",
            lambda: found(by_grant(valid_until=date(2099, 1, 1)), endless=True),
            lambda: found(by_grant(), endless=True),
        ),
        (
            "nobody named a production",
            lambda: found(by_grant(valid_until=NEXT_SPRING), production=None),
            lambda: found(by_grant(valid_until=NEXT_SPRING), "check"),
        ),
        (
            "training is over when it is done",
            lambda: found(by_grant(valid_until=NEXT_SPRING), "redistribute_weights"),
            lambda: found(by_grant(valid_until=NEXT_SPRING), "train"),
        ),
    ],
    "R18": [
        (
            "ended yesterday",
            lambda: found(by_grant(valid_until=ON - timedelta(1))),
            lambda: found(by_grant(valid_until=ON)),
        ),
        (
            "what ran before stays",
            lambda: found(by_grant(valid_until=date(2026, 10, 1))),
            lambda: found(by_grant(valid_until=date(2026, 10, 1)), on=date(2026, 9, 1)),
        ),
        (
            "what was learned may judge",
            lambda: found(by_grant(valid_until=date(2026, 5, 1)), "check"),
            lambda: found(by_grant(valid_until=date(2026, 10, 1)), "check"),
        ),
    ],
    "R19": [
        (
            "in sixty days",
            lambda: found(by_grant(valid_until=ON + timedelta(60))),
            lambda: found(by_grant(valid_until=ON + timedelta(91))),
        ),
        (
            "told by the audit",
            lambda: audited(by_grant(valid_until=ON + timedelta(5))),
            lambda: audited(by_grant()),
        ),
    ],
    "R20": [
        (
            "the animator withdraws",
            lambda: found(by_grant(revoked_on=ON)),
            lambda: found(by_grant(revoked_on=ON + timedelta(1))),
        ),
        (
            "no new training",
            lambda: found(by_grant(revoked_on=ON, on_revoke="stop_training"), "train"),
            lambda: found(by_grant(revoked_on=ON, on_revoke="stop_training")),
        ),
        (
            "retrained",
            lambda: found(by_grant(revoked_on=ON, on_revoke="retrain")),
            lambda: found(by_grant(revoked_on=ON, on_revoke="retrain"), on=date(2026, 11, 1)),
        ),
        (
            "withdrawn outputs",
            lambda: found(by_grant(revoked_on=ON, on_revoke="withdraw_outputs"), "check"),
            lambda: found(by_grant()),
        ),
        (
            "trained after the withdrawal",
            lambda: found(by_grant(revoked_on=date(2026, 5, 1), on_revoke="stop_training")),
            lambda: found(by_grant(revoked_on=date(2026, 6, 2), on_revoke="stop_training")),
        ),
    ],
    "R21": [
        (
            "clean-up, not in-betweens",
            lambda: found(by_grant(purposes=frozenset({"inbetween"}))),
            lambda: found(by_grant(purposes=frozenset({"cleanup"}))),
        )
    ],
    "R22": [
        ("OpenCLIP", lambda: found(weights(disclosure="none")), lambda: found(world(work()))),
        ("a summary", lambda: found(weights()), lambda: found(by_grant())),
    ],
    "R23": [
        (
            "the studio grants what Tanaka owns",
            lambda: found(
                world(
                    drawn(holders=((TANAKA, "owner"), (STUDIO, "publisher"))), grants=[grant(holder=STUDIO)]
                )
            ),
            lambda: found(by_grant()),
        )
    ],
    "R24": [
        (
            "an overseas house",
            lambda: found(by_grant(sublicensable=False), "train", outside=True),
            lambda: found(by_grant(sublicensable=False), "train"),
        )
    ],
    "R25": [
        (
            "an old form",
            lambda: found(by_grant(adaptation=False)),
            lambda: found(by_grant(adaptation=False, basis="work_for_hire")),
        )
    ],
    "R26": [
        (
            "a fee",
            lambda: found(by_grant(compensation="per_run", due_on=ON - timedelta(1), paid=False)),
            lambda: found(by_grant(compensation="per_run", due_on=ON, paid=False)),
        ),
        (
            "told by the audit",
            lambda: audited(by_grant(compensation="flat", due_on=date(2026, 1, 1), paid=False)),
            lambda: audited(by_grant(compensation="flat", due_on=date(2026, 1, 1))),
        ),
    ],
    "R27": [
        (
            "all my works",
            lambda: found(by_grant(), policy=replace(TV, per_work=True)),
            lambda: found(by_grant(), policy=TV),
        )
    ],
}
