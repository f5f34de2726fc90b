"""For R01 to R13 an example that fires and one that does not: the last column of the reference's table, as facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.assets.rights.rules.cases import (
    LIKENESS,
    NO_TRAINING,
    RESEARCH,
    TV,
    Found,
    by_grant,
    laundered,
    weights,
)
from tests.assets.rights.rules.small import (
    TANAKA,
    drawn,
    found,
    grant,
    work,
    world,
)

# rule: (a sentence, what fires it, what does not)
WORKS: dict[str, list[tuple[str, Found, Found]]] = {
    "R01": [
        (
            "found on the server",
            lambda: found(world(work(concluded="", declared="", declared_status="missing"))),
            lambda: found(world(work())),
        ),
        (
            "declared and never concluded",
            lambda: found(world(work(concluded="", declared="MIT"))),
            lambda: found(world(work(declared=""))),
        ),
        ("an owner who granted nothing", lambda: found(world(drawn())), lambda: found(by_grant())),
    ],
    "R02": [
        (
            "free-to-use",
            lambda: found(world(work(concluded="free-to-use"))),
            lambda: found(world(work(concluded="MIT"))),
        ),
        (
            "declared unknown",
            lambda: found(
                world(work(concluded="", declared="", declared_status="unknown", raw="free for art"))
            ),
            lambda: found(world(work(declared=""))),
        ),
        (
            "never reviewed",
            lambda: found(world(work(concluded="Glide"))),
            lambda: found(world(work(concluded="MIT OR Glide"))),
        ),
        ("weights without a licence", lambda: found(weights(licence="")), lambda: found(weights())),
    ],
    "R03": [
        (
            "a grant for works without an owner",
            lambda: found(world(drawn(holders=((TANAKA, "author"),)), grants=[grant()])),
            lambda: found(by_grant()),
        ),
        ("a policy that wants a name", lambda: found(world(work()), policy=TV), lambda: found(world(work()))),
    ],
    "R04": [
        ("said on Slack", lambda: found(by_grant(evidence=False)), lambda: found(by_grant())),
        (
            "a licence without its text",
            lambda: found(world(work(evidence=False))),
            lambda: found(world(work())),
        ),
    ],
    "R05": [
        ("replaced after review", lambda: found(world(work(intact=False))), lambda: found(world(work())))
    ],
    "R06": [
        (
            "CC-BY and a contract",
            lambda: found(world(work(conflicts=("entered_twice",), detected=("CC-BY-4.0",)))),
            lambda: found(world(work(detected=("CC0-1.0",)))),
        ),
    ],
    "R07": [("scanned again", lambda: found(world(work(near=LIKENESS))), lambda: found(world(work())))],
    "R08": [
        (
            "the file forbids training",
            lambda: found(world(work(signals=(NO_TRAINING,)))),
            lambda: found(world(work(signals=(replace(NO_TRAINING, forbids=False),)))),
        ),
        (
            "an older grant",
            lambda: found(world(drawn(signals=(NO_TRAINING,)), grants=[grant()])),
            lambda: found(world(drawn(signals=(NO_TRAINING,)), grants=[grant(signed_on=date(2026, 4, 1))])),
        ),
        (
            "a later grant for looking alone",
            lambda: found(
                world(
                    work(holders=((TANAKA, "owner"),), signals=(NO_TRAINING,)),
                    grants=[grant(signed_on=date(2026, 4, 1), scopes=frozenset({"analyse"}))],
                )
            ),
            lambda: found(world(work(signals=(NO_TRAINING,))), "embed"),
        ),
    ],
    "R09": [
        (
            "the file says by-nc",
            lambda: found(world(work(conflicts=("licence:CC-BY-NC-4.0", "words:research_only")))),
            lambda: found(world(work())),
        )
    ],
    "R10": [
        (
            "a prompt inside a key drawing",
            lambda: found(world(work(generator="Stable Diffusion"))),
            lambda: found(laundered(licence="MIT")),
        ),
        (
            "the mark of the IPTC",
            lambda: found(world(work(source_type="trainedAlgorithmicMedia"))),
            lambda: found(world(work(source_type="digitalCreation"))),
        ),
        (
            "made by nobody knows what",
            lambda: found(world(work(generator="x", source_kind="synthetic"))),
            lambda: found(world(work(source_kind="synthetic"))),
        ),
    ],
    "R11": [
        (
            "an old scraped folder",
            lambda: found(world(work(source_kind="crawl"))),
            lambda: found(world(work(source_kind="crawl", signals_seen=True))),
        )
    ],
    "R12": [
        (
            "30-4 under opt-in",
            lambda: found(by_grant(basis="exception:JP-30-4")),
            lambda: found(by_grant(basis="licence")),
        ),
        (
            "30-4 for one title",
            lambda: found(
                by_grant(basis="exception:JP-30-4"),
                "finetune",
                RESEARCH,
                territories=frozenset({"JP"}),
                style_of="Title A",
            ),
            lambda: found(
                by_grant(basis="exception:JP-30-4"), "train", RESEARCH, territories=frozenset({"JP"})
            ),
        ),
        (
            "30-4 abroad",
            lambda: found(by_grant(basis="exception:JP-30-4"), "train", RESEARCH),
            lambda: found(
                by_grant(basis="exception:EU-DSM-4"), "train", RESEARCH, territories=frozenset({"DE"})
            ),
        ),
        (
            "30-4 for a deliverable",
            lambda: found(
                by_grant(basis="exception:JP-30-4"), "generate", RESEARCH, territories=frozenset({"JP"})
            ),
            lambda: found(
                by_grant(basis="exception:JP-30-4"), "check", RESEARCH, territories=frozenset({"JP"})
            ),
        ),
    ],
    "R13": [
        (
            "a face without consent",
            lambda: found(world(work(personal_data=True))),
            lambda: found(world(work(personal_data=True, retention_known=True))),
        ),
        (
            "a voice with consent",
            lambda: found(world(drawn(personal_data=True), grants=[grant(basis="licence")])),
            lambda: found(world(drawn(personal_data=True), grants=[grant()])),
        ),
    ],
}
