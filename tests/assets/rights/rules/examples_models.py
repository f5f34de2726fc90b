"""For R28 to R50 an example that fires and one that does not: the last column of the reference's table, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assets.rights.answers import Answer
from tests.assets.rights.rules.cases import (
    BROKEN_LOG,
    RAIL,
    TV,
    TWO_ALIKE,
    Found,
    by_grant,
    house,
    laundered,
    of_model,
    reading,
    signed_off,
    waived,
    weights,
)
from tests.assets.rights.rules.small import (
    ON,
    SUZUKI,
    audited,
    decide,
    drawn,
    found,
    model,
    work,
    world,
)

# rule: (a sentence, what fires it, what does not)
MODELS: dict[str, list[tuple[str, Found, Found]]] = {
    "R28": [
        (
            "a draft",
            lambda: found(signed_off(state="draft"), "train"),
            lambda: found(world(work()), "train"),
        ),
        (
            "one work is refused",
            lambda: found(world(work(), drawn()), "train"),
            lambda: found(world(work()), "embed"),
        ),
        (
            "nothing is known of it",
            lambda: found(signed_off(groups=()), "train"),
            lambda: found(world(work()), "finetune"),
        ),
    ],
    "R29": [
        (
            "the central example",
            lambda: found(world(work(), work(concluded="CC-BY-NC-4.0"))),
            lambda: found(world(work())),
        ),
        ("blocked", lambda: found(of_model(blocked="Tanaka withdrew")), lambda: found(of_model())),
        (
            "two generations back",
            lambda: found(laundered(licence="CC-BY-NC-4.0"), model=2),
            lambda: found(laundered(licence="MIT"), model=2),
        ),
    ],
    "R30": [
        (
            "leaves the studio",
            lambda: found(world(work(concluded="CC-BY-SA-4.0")), "redistribute_weights"),
            lambda: found(
                replace(world(work(concluded="CC-BY-SA-3.0")), models={1: model(licence="CC-BY-SA-4.0")}),
                "redistribute_weights",
                commercial=False,
            ),
        ),
        (
            "two at once",
            lambda: (each for each in found(TWO_ALIKE) if each.variant == "conflict"),
            lambda: (
                each
                for each in found(world(work(concluded="CC-BY-SA-4.0"), work(concluded="CC-BY-SA-3.0")))
                if each.variant
            ),
        ),
    ],
    "R31": [("a withdrawal", lambda: audited(by_grant(revoked_on=ON)), lambda: audited(by_grant()))],
    "R32": [
        (
            "CC-BY-ND",
            lambda: found(world(work(concluded="CC-BY-ND-4.0"))),
            lambda: found(world(work(concluded="CC-BY-4.0"))),
        ),
        (
            "left open",
            lambda: found(world(work(concluded=RAIL)), "train"),
            lambda: found(world(work(concluded=RAIL)), "embed"),
        ),
    ],
    "R33": [
        (
            "a licence that forbids",
            lambda: found(house(redistribute=Answer.DENY), "redistribute_data"),
            lambda: found(house(train=Answer.DENY), "redistribute_data"),
        ),
        (
            "a distributor asks for the set",
            lambda: found(by_grant(scopes=frozenset({"train"})), "redistribute_data"),
            lambda: found(by_grant(), "redistribute_data"),
        ),
        (
            "left open",
            lambda: found(world(work(concluded="CC-BY-NC-4.0")), "redistribute_data"),
            lambda: found(world(work(concluded="CC-BY-4.0")), "redistribute_data"),
        ),
    ],
    "R34": [
        (
            "article 50",
            lambda: audited(world(work(), production={"unmarked_outputs": 4})),
            lambda: audited(world(work())),
        )
    ],
    "R35": [
        ("a restricted base", lambda: found(weights(licence=RAIL)), lambda: found(weights(licence="MIT")))
    ],
    "R36": [
        (
            "a pack under CC-BY",
            lambda: audited(world(work(), production={"uncredited": frozenset({SUZUKI})})),
            lambda: audited(world(work())),
        )
    ],
    "R37": [
        (
            "laundered",
            lambda: found(laundered(licence="CC-BY-NC-4.0")),
            lambda: found(laundered(licence="MIT")),
        ),
        (
            "at the gate of training too",
            lambda: found(laundered(licence="CC-BY-NC-4.0"), "train"),
            lambda: found(laundered(licence="MIT"), "train"),
        ),
        (
            "by a model that nobody knows",
            lambda: found(laundered(licence="MIT", maker_known=False)),
            lambda: found(world(work())),
        ),
    ],
    "R38": [
        (
            "in both parts",
            lambda: found(signed_off(eval_leak=2), "train"),
            lambda: found(world(work()), "train"),
        ),
        (
            "for measuring alone",
            lambda: found(by_grant(scopes=frozenset({"evaluate"})), "train"),
            lambda: found(by_grant(scopes=frozenset({"evaluate"})), "evaluate"),
        ),
    ],
    "R39": [
        (
            "a silent swap",
            lambda: found(signed_off(root="other"), "train"),
            lambda: found(world(work()), "train"),
        ),
        (
            "a right has changed",
            lambda: audited(signed_off(rights_changed=True)),
            lambda: audited(world(work())),
        ),
    ],
    "R40": [
        (
            "a set under an agreement",
            lambda: audited(signed_off(retained_until=ON - timedelta(1))),
            lambda: audited(signed_off(retained_until=ON)),
        ),
        (
            "deleted as promised",
            lambda: found(signed_off(retained_until=date(2026, 1, 1)), "embed"),
            lambda: found(signed_off(retained_until=date(2026, 1, 1), bytes_kept=False), "embed"),
        ),
    ],
    "R41": [
        (
            "on a shared machine",
            lambda: found(signed_off(confidentiality="red"), "train", shared=True),
            lambda: found(signed_off(confidentiality="red"), "train"),
        ),
        (
            "client A for client B",
            lambda: found(signed_off(confidentiality="red", production=2)),
            lambda: found(signed_off(confidentiality="red", production=1)),
        ),
    ],
    "R42": [
        (
            "bound to a title",
            lambda: found(by_grant(only_for=frozenset({2}))),
            lambda: found(by_grant(only_for=frozenset({1, 2}))),
        )
    ],
    "R43": [
        (
            "final_v2.pt",
            lambda: found(of_model(weights_sha256="", code_commit="")),
            lambda: found(of_model()),
        ),
        (
            "nothing it learned from",
            lambda: found(of_model(inputs=())),
            lambda: found(of_model(inputs=(), origin="shipped", recipe="puppets")),
        ),
        (
            "a parent that is not there",
            lambda: found(of_model(parents=((5, "init"),))),
            lambda: found(weights()),
        ),
        ("an empty set", lambda: found(signed_off(groups=())), lambda: found(world(work()))),
    ],
    "R44": [
        (
            "outputs of a hosted model",
            lambda: found(world(work(made_by=2), models=[model(id=2, terms_forbid_training=True)]), "train"),
            lambda: found(world(work(made_by=2), models=[model(id=2)]), "train"),
        ),
        (
            "learned from its answers",
            lambda: found(
                world(
                    work(), models=[model(parents=((2, "distil"),)), model(id=2, terms_forbid_training=True)]
                )
            ),
            lambda: found(
                world(work(), models=[model(parents=((2, "init"),)), model(id=2, terms_forbid_training=True)])
            ),
        ),
    ],
    "R45": [
        (
            "by oneself",
            lambda: found(signed_off(self_approved=True), "train"),
            lambda: found(world(work()), "train"),
        )
    ],
    "R46": [
        (
            "its day has passed",
            lambda: found(waived(world(work(evidence=False)), "R04", ON - timedelta(1))),
            lambda: found(waived(world(work(evidence=False)), "R04", ON)),
        )
    ],
    "R47": [
        (
            "a withdrawal",
            lambda: found(waived(by_grant(revoked_on=ON), "R20", ON)),
            lambda: found(waived(by_grant(evidence=False), "R04", ON)),
        )
    ],
    "R48": [
        (
            "read long ago",
            lambda: found(reading(date(2025, 11, 21))),
            lambda: found(reading(date(2025, 11, 22))),
        )
    ],
    "R49": [
        (
            "a final picture",
            lambda: found(world(work()), policy=TV),
            lambda: found(world(work(), production={"approved_uses": frozenset({"generate"})}), policy=TV),
        )
    ],
    "R50": [
        ("a broken chain", lambda: found(BROKEN_LOG, "pack"), lambda: found(world(work()), "pack")),
        ("told by the audit", lambda: audited(BROKEN_LOG), lambda: decide(world(work()), "pack").reasons),
    ],
}
