"""Rules R45 to R50: how people decide. Words alone; see catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _n

from assets.rights.rules.base import BLOCK, ERROR, WARN, Rule, declare

R45 = declare(
    Rule(
        "R45",
        _n("approved by oneself"),
        BLOCK,
        _n("{version} was approved by the person who asked for it."),
        _n("Have somebody else approve it."),
    )
)
R46 = declare(
    Rule(
        "R46",
        _n("waiver ended"),
        ERROR,
        _n("A waiver for this ended on {day}."),
        _n("Mend it now, or ask for a new waiver."),
    )
)
R47 = declare(
    Rule(
        "R47",
        _n("cannot be waived"),
        BLOCK,
        _n("Somebody asked to let this stand for a while; that is not possible for “{what}”."),
        _n("Mend the cause."),
        waivable=False,
        binding=True,
    )
)
R48 = declare(
    Rule(
        "R48",
        _n("old reading"),
        WARN,
        _n("The licence {licence} was last read on {day}."),
        _n("Read it again and confirm what it allows."),
        who="counsel",
    )
)
R49 = declare(
    Rule(
        "R49",
        _n("distributor's approval missing"),
        ERROR,
        _n("The distributor has to approve this in writing: {use}."),
        _n("Ask the distributor, then enter the approval with its reference."),
    )
)
R50 = declare(
    Rule(
        "R50",
        _n("log broken"),
        BLOCK,
        _n("The audit log does not verify; nothing may be handed out on its word."),
        _n("Restore the log from the backup and verify it again."),
        who="administrator",
        waivable=False,
        binding=True,
    )
)
