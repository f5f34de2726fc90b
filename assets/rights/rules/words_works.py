"""Rules R01 to R13: what may be wrong with a work and what is known of it. Words alone; see catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _n

from assets.rights.rules.base import BLOCK, ERROR, WARN, Rule, declare

R01 = declare(
    Rule(
        "R01",
        _n("no licence"),
        BLOCK,
        _n("Neither a licence nor a grant is known."),
        _n(
            "Ask whoever brought it whose work it is, then write the licence or the grant down, or leave it out."
        ),
        binding=True,
        variants={
            "declared": (
                _n("It says “{licence}” of itself; nobody has concluded that this is so."),
                _n("Look at what it says and where it came from, then conclude the licence."),
            ),
            "holder": (
                _n("{holder} has granted nothing that covers it."),
                _n("Ask {holder} for a grant."),
            ),
        },
    )
)
R02 = declare(
    Rule(
        "R02",
        _n("unknown licence"),
        BLOCK,
        _n("The licence “{licence}” is not known or was never read by anybody."),
        _n("Read its text and write down what it allows, or get a grant from the rights holder."),
        who="counsel",
        binding=True,
        variants={
            "weights": (
                _n("{model} comes from outside, and its licence is not written down."),
                _n("Write its licence down, or use another model."),
            ),
        },
    )
)
R03 = declare(
    Rule(
        "R03",
        _n("no rights holder"),
        ERROR,
        _n("Nobody is named as the owner of the copyright."),
        _n("Name the owner of the copyright."),
    )
)
R04 = declare(
    Rule(
        "R04",
        _n("no evidence"),
        ERROR,
        _n("No file proves {what}; so far it is only said."),
        _n("Keep the contract, the licence text or a capture of the page as evidence."),
    )
)
R05 = declare(
    Rule(
        "R05",
        _n("changed bytes"),
        BLOCK,
        _n("The file is not the one that was reviewed."),
        _n("Bring the reviewed file back, or enter the new one as a work of its own."),
        waivable=False,
        binding=True,
    )
)
R06 = declare(
    Rule(
        "R06",
        _n("entered twice"),
        ERROR,
        _n("The same work was entered with different licences: {licences}. The strictest counts."),
        _n("Find out which is right and conclude it with evidence."),
    )
)
R07 = declare(
    Rule(
        "R07",
        _n("looks like a forbidden work"),
        ERROR,
        _n("It looks like a work that was withdrawn or forbidden ({work})."),
        _n("Look at both; if they are the same drawing, leave this one out."),
    )
)
R08 = declare(
    Rule(
        "R08",
        _n("opted out"),
        BLOCK,
        _n("Its source says that machines may not learn from it ({signal})."),
        _n("Leave it out, or get a grant of the rights holder that is signed later."),
        binding=True,
    )
)
R09 = declare(
    Rule(
        "R09",
        _n("contradiction"),
        WARN,
        _n("What the file says contradicts the record: {conflicts}."),
        _n("Ask the source, then conclude the licence with evidence."),
    )
)
R10 = declare(
    Rule(
        "R10",
        _n("made by a model"),
        ERROR,
        _n("It carries the mark of a generator ({generator}) and was entered as drawn by hand."),
        _n("Ask who drew it; enter it as made by a model, or leave it out."),
        variants={
            "unnamed": (
                _n("A generator made it ({generator}), and it is not written down which model that was."),
                _n("Enter the model and choose it as the maker, or leave the work out."),
            ),
        },
    )
)
R11 = declare(
    Rule(
        "R11",
        _n("collected without looking"),
        ERROR,
        _n("It was collected from the web, and nobody kept what the site said to machines on that day."),
        _n("Leave it out, or show what the site said when it was collected."),
    )
)
R12 = declare(
    Rule(
        "R12",
        _n("an exception is not enough"),
        BLOCK,
        _n("It rests on a statutory exception ({basis}) alone; that does not carry this use."),
        _n("Get a grant from the rights holder."),
        who="counsel",
        binding=True,
    )
)
R13 = declare(
    Rule(
        "R13",
        _n("personal data"),
        WARN,
        _n("It shows or voices a person, and neither consent nor a day of deletion is written down."),
        _n("Get the person's consent and say how long it is kept."),
    )
)
