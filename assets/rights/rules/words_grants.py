"""Rules R14 to R27: what a grant or a licence may lack. Words alone; see catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _n

from assets.rights.rules.base import BLOCK, ERROR, WARN, Rule, declare

R14 = declare(
    Rule(
        "R14",
        _n("not allowed by the grant"),
        BLOCK,
        _n("{holder} has not allowed this: {scopes}."),
        _n("Ask {holder} for a grant that names it."),
        binding=True,
        variants={
            "licence": (
                _n("The licence {licence} does not allow this: {scopes}."),
                _n("Get a grant from the rights holder, or leave it out."),
            ),
            "open": (
                _n("The licence {licence} leaves open whether this is allowed: {scopes}."),
                _n("Ask counsel, or get a grant from the rights holder."),
            ),
            "offer": (
                _n("The grant of {holder} is an offer that nobody has signed."),
                _n("Have it signed and keep the signed copy as evidence."),
            ),
            "not_yet": (
                _n("The grant of {holder} begins on {day}."),
                _n("Wait until then, or ask {holder} for an earlier day."),
            ),
        },
    )
)
R15 = declare(
    Rule(
        "R15",
        _n("not for commercial use"),
        BLOCK,
        _n("The grant of {holder} does not allow commercial use."),
        _n("Ask {holder} for a commercial grant, or leave it out."),
        binding=True,
        variants={
            "open": (
                _n("The licence {licence} leaves open whether commercial use is allowed."),
                _n("Ask counsel, or get a commercial grant from the rights holder."),
            ),
            "licence": (
                _n("The licence {licence} does not allow commercial use."),
                _n("Get a commercial grant from the rights holder, or leave it out."),
            ),
        },
    )
)
R16 = declare(
    Rule(
        "R16",
        _n("territory"),
        ERROR,
        _n("The grant of {holder} does not reach these territories: {gap}."),
        _n("Ask {holder} for the missing territories, or deliver without them."),
    )
)
R17 = declare(
    Rule(
        "R17",
        _n("time"),
        ERROR,
        _n("The grant of {holder} ends on {day}; the exploitation goes on until {until}."),
        _n("Ask {holder} to extend the grant."),
        variants={
            "endless": (
                _n("The grant of {holder} ends on {day}; the exploitation has no end."),
                _n("Ask {holder} to extend the grant, or write down when the exploitation ends."),
            ),
        },
    )
)
R18 = declare(
    Rule(
        "R18",
        _n("expired"),
        BLOCK,
        _n("The grant of {holder} ended on {day}."),
        _n("Ask {holder} to renew it. What was made before stays allowed."),
        binding=True,
    )
)
R19 = declare(
    Rule(
        "R19",
        _n("expires soon"),
        WARN,
        _n("The grant of {holder} ends on {day}, in {days} days."),
        _n("Ask {holder} to renew it in time."),
    )
)
R20 = declare(
    Rule(
        "R20",
        _n("grant withdrawn"),
        BLOCK,
        _n("{holder} has withdrawn the grant from {day} on."),
        _n("Leave the works out; where a model learned from them, train it again without."),
        waivable=False,
        binding=True,
    )
)
R21 = declare(
    Rule(
        "R21",
        _n("another purpose"),
        ERROR,
        _n("{holder} allowed it for {purposes}, not for {purpose}."),
        _n("Ask {holder} for this purpose."),
    )
)
R22 = declare(
    Rule(
        "R22",
        _n("unknown training art"),
        BLOCK,
        _n("It is not known from which art {model} learned."),
        _n("Use a model whose art is known; for checks alone it may stay, with this warning."),
        variants={
            "summary": (
                _n("Of the art from which {model} learned only a summary is known."),
                _n("Use a model whose art is known; for checks alone it may stay, with this warning."),
            ),
        },
    )
)
R23 = declare(
    Rule(
        "R23",
        _n("grantor without title"),
        ERROR,
        _n("{holder} granted it and is not written down as its owner."),
        _n("Keep the contract by which {holder} may grant it, or ask the owner."),
    )
)
R24 = declare(
    Rule(
        "R24",
        _n("not for others"),
        ERROR,
        _n("{holder} did not allow that others act for us."),
        _n("Do it in the studio, or ask {holder}."),
    )
)
R25 = declare(
    Rule(
        "R25",
        _n("moral rights"),
        WARN,
        _n("The grant of {holder} names neither adaptation nor moral rights."),
        _n("Ask counsel whether the contract must be completed (articles 27 and 28, moral rights)."),
        who="counsel",
    )
)
R26 = declare(
    Rule(
        "R26",
        _n("unpaid"),
        WARN,
        _n("{holder} was to be paid by {day}; no payment is written down."),
        _n("Pay, and enter the payment with its receipt."),
    )
)
R27 = declare(
    Rule(
        "R27",
        _n("blanket consent"),
        ERROR,
        _n("{holder} consented for all works at once; this policy asks for a list of works."),
        _n("Ask {holder} for a list of works."),
    )
)
