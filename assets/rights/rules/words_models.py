"""Rules R28 to R44: datasets, models and what leaves the studio. Words alone; see catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _n

from assets.rights.rules.base import BLOCK, ERROR, INFO, WARN, Rule, declare

R28 = declare(
    Rule(
        "R28",
        _n("not cleared for training"),
        BLOCK,
        _n("{version} may not be trained on: {why}."),
        _n("Freeze it, clear its works and have it approved."),
        binding=True,
        variants={
            "works": (
                _n("Works in {version} that may not be trained on: {works}."),
                _n("Leave these works out, or get the rights."),
            ),
            "asks": (
                _n("Works in {version} about which something must be asked first: {works}."),
                _n("Answer the questions below."),
            ),
        },
    )
)
R29 = declare(
    Rule(
        "R29",
        _n("model not cleared"),
        BLOCK,
        _n("{model} learned from works in {version} that do not allow this: {works}."),
        _n("Get grants for these works, or train the model again without them."),
        binding=True,
        variants={
            "blocked": (
                _n("{model} is blocked: {why}."),
                _n("Use another model, or train it again as the withdrawal asks."),
            ),
            "asks": (
                _n(
                    "{model} learned from works in {version} about which something must be asked first: {works}."
                ),
                _n("Answer the questions below."),
            ),
        },
    )
)
R30 = declare(
    Rule(
        "R30",
        _n("share-alike"),
        ERROR,
        _n("It must be passed on under the same licence: {licences}."),
        _n("Keep it inside the studio, pass it on under that licence, or train without these works."),
        who="counsel",
        variants={
            "conflict": (
                _n(
                    "It learned from works that must be passed on under different licences at once: {licences}."
                ),
                _n(
                    "Keep it inside the studio, or train again with the works of one of these licences alone."
                ),
            ),
        },
    )
)
R31 = declare(
    Rule(
        "R31",
        _n("touched by a withdrawal"),
        INFO,
        _n("The withdrawal of {holder} touches {what}."),
        _n("Work through the tasks of the withdrawal."),
    )
)
R32 = declare(
    Rule(
        "R32",
        _n("no changed copies"),
        BLOCK,
        _n("Its licence allows no changed copies ({licence}); training crops and augments."),
        _n("Leave it out, or get a grant from the rights holder."),
        binding=True,
        variants={
            "open": (
                _n(
                    "The licence {licence} leaves open whether changed copies are allowed; training crops and augments."
                ),
                _n("Ask counsel, or get a grant from the rights holder."),
            ),
        },
    )
)
R33 = declare(
    Rule(
        "R33",
        _n("may not be passed on"),
        BLOCK,
        _n("It may not be passed on ({licence})."),
        _n("Pass on its hash alone."),
        binding=True,
        variants={
            "grant": (
                _n("{holder} has not allowed that it is passed on: {scopes}."),
                _n("Pass on its hash alone, or ask {holder} for a grant that names it."),
            ),
            "open": (
                _n("The licence {licence} leaves open whether it may be passed on."),
                _n("Ask counsel, or pass on its hash alone."),
            ),
        },
    )
)
R34 = declare(
    Rule(
        "R34",
        _n("unmarked output"),
        WARN,
        _n("Drawings made by a model that carry no mark of it: {works}."),
        _n("Export them again with the mark, or record why none is needed."),
    )
)
R35 = declare(
    Rule(
        "R35",
        _n("use restrictions"),
        ERROR,
        _n("{parent} forbids certain uses, and the licence of {model} does not hand that on."),
        _n("Add the use restrictions to the licence of {model}."),
        who="counsel",
    )
)
R36 = declare(
    Rule(
        "R36",
        _n("credit missing"),
        ERROR,
        _n("The licence asks for a credit, and there is no line for {holder}."),
        _n("Write the credit line down."),
    )
)
R37 = declare(
    Rule(
        "R37",
        _n("learned from a model's work"),
        WARN,
        _n("Works in it were drawn by {model}, which is itself not cleared."),
        _n("Clear that model first, or leave its drawings out."),
        binding=True,
    )
)
R38 = declare(
    Rule(
        "R38",
        _n("measured on what it learned"),
        WARN,
        _n("Works of {version} that are in training and in evaluation at once: {works}."),
        _n("Take them out of one of the two."),
        variants={
            "only": (
                _n("{holder} allowed that models are measured with it, not that they learn from it."),
                _n("Move it to the evaluation part, or ask {holder} to allow learning."),
            ),
        },
    )
)
R39 = declare(
    Rule(
        "R39",
        _n("changed after approval"),
        ERROR,
        _n("{version} has changed since it was approved."),
        _n("Look at what changed and approve it again."),
    )
)
R40 = declare(
    Rule(
        "R40",
        _n("to be deleted"),
        ERROR,
        _n("{version} was to be deleted by {day}, and its files are still here."),
        _n("Delete the files; their hashes stay as proof."),
    )
)
R41 = declare(
    Rule(
        "R41",
        _n("confidential"),
        BLOCK,
        _n("{version} is for named people only and may not leave this machine or this client."),
        _n("Use it on a machine of ours alone and for its own production."),
        waivable=False,
        binding=True,
    )
)
R42 = declare(
    Rule(
        "R42",
        _n("for another production"),
        BLOCK,
        _n("The grant of {holder} is for other productions alone."),
        _n("Ask {holder} for this production, or use another model."),
        binding=True,
    )
)
R43 = declare(
    Rule(
        "R43",
        _n("unknown origin"),
        ERROR,
        _n("It is not known how {model} was made: {missing}."),
        _n("Write down its art, its code and its weights, or do not use it for what is delivered."),
    )
)
R44 = declare(
    Rule(
        "R44",
        _n("terms of the model's maker"),
        ERROR,
        _n("The terms of {model} forbid training on what it makes."),
        _n("Leave its drawings out."),
        who="counsel",
        variants={
            "distil": (
                _n("{model} learned from the answers of {parent}, whose terms forbid that."),
                _n("Ask the maker of {parent}, or train {model} in another way."),
            ),
        },
    )
)
