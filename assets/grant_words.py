"""A grant in sentences that a producer reads: whose, what, for what, where, until when, money, withdrawal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assets import territories
from assets.choices_rights import Compensation, ModelFamily, OnRevoke, Scope, SubjectKind, TaskKind
from assets.models import Grant
from assets.rights.grant_state import Dates, GrantState, last_day, state_of

# What each duty obliges to, in full: the short labels of the form leave out why.
DUTIES = {
    OnRevoke.STOP_TRAINING: gettext_lazy("Nothing new is trained with these works."),
    OnRevoke.STOP_GENERATION: gettext_lazy("Models that learned from these works do not work any more."),
    OnRevoke.RETRAIN: gettext_lazy("Such models must be trained again without these works, or be given up."),
    OnRevoke.WITHDRAW_OUTPUTS: gettext_lazy("What such models drew must be taken out and drawn again."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a grant stands today: the state, its word, and why in one sentence."""

    state: GrantState
    sentence: str

    @property
    def word(self) -> str:
        """The state as people call it."""
        return str(self.state.label)


def dates_of(grant: Grant) -> Dates:
    """Return what the state depends on. The grant was read with its relations (`selectors_rights.grants`)."""
    revocation = getattr(grant, "revocation", None)
    newer = getattr(grant, "superseded_by", None)
    return Dates(
        signed_on=grant.signed_on,
        valid_from=grant.valid_from,
        valid_until=grant.valid_until,
        revoked_on=revocation.effective_on if revocation else None,
        superseded=newer is not None and newer.signed_on is not None,
        has_paper=bool(getattr(grant, "has_paper", False)),
    )


def standing_of(grant: Grant, today: date) -> Standing:
    """Return how a grant stands, with the reason."""
    dates = dates_of(grant)
    state = state_of(dates, today)
    return Standing(state, _SENTENCES[state](dates, today))


def _ends(dates: Dates, today: date) -> str:
    end = last_day(dates)
    if end is None:
        return _("It has no end.")
    days = (end - today).days
    if dates.revoked_on is not None and dates.revoked_on > today:
        return _("It was withdrawn; the last day on which it counts is %(day)s.") % {"day": date_format(end)}
    words = ngettext("It ends on %(day)s, in %(n)d day.", "It ends on %(day)s, in %(n)d days.", days)
    return words % {"day": date_format(end), "n": days}


def _day(day: date | None) -> str:
    return date_format(day) if day is not None else "–"


_SENTENCES: Mapping[GrantState, Any] = {
    GrantState.DRAFT: lambda *_given: _("Nobody has signed it, so it allows nothing."),
    GrantState.OFFER: lambda *_given: _("A paper is kept, but no day of signing: it allows nothing yet."),
    GrantState.COMING: lambda dates, _today: (
        _("It begins on %(day)s.") % {"day": _day(dates.valid_from or dates.signed_on)}
    ),
    GrantState.ACTIVE: _ends,
    GrantState.EXPIRING: _ends,
    GrantState.EXPIRED: lambda dates, _today: (
        _("It ended on %(day)s. What was made before then stays allowed.") % {"day": _day(last_day(dates))}
    ),
    GrantState.WITHDRAWN: lambda dates, _today: (
        _("It was withdrawn from %(day)s on.") % {"day": _day(dates.revoked_on)}
    ),
    GrantState.SUPERSEDED: lambda *_given: _("Newer terms were signed; these are kept for the record."),
}


def terms_of(grant: Grant, title: str = "") -> list[tuple[str, str]]:
    """Return the terms as (question, sentence). `title` names the production or dataset where the reader may know."""
    return [
        (_("Whose and which works"), subject_of(grant, title)),
        (_("What is allowed"), scopes_of(grant)),
        (_("What is not allowed"), refused_by(grant)),
        (_("For which models"), _families(grant.purposes)),
        (_("Sold or shown for money"), _("yes") if grant.commercial else _("no")),
        (_("Where"), where_of(grant)),
        (_("From when until when"), _window(grant)),
        (_("By what right"), str(grant.get_basis_display())),
        (_("Payment"), payment_of(grant)),
        (_("If it is withdrawn"), withdrawal_of(grant)),
        (_("Others may act for us"), _("yes, also a studio that works for us") if grant.sublicensable else _("no")),
        (_("Moral rights not exercised (著作者人格権不行使)"), _yes_no(value=grant.moral_covenant)),
        (_("Adaptation named (articles 27, 28)"), _yes_no(value=grant.adaptation)),
    ]  # fmt: skip


def subject_of(grant: Grant, title: str = "") -> str:
    """Return which works a grant speaks of."""
    words = {"holder": str(grant.holder), "title": title or _("something that you are not part of")}
    if grant.subject_kind == SubjectKind.HOLDER:
        sentence = _("All works of %(holder)s") % words
    elif grant.subject_kind == SubjectKind.PRODUCTION:
        sentence = _("Everything that %(holder)s drew for %(title)s") % words
    elif grant.subject_kind == SubjectKind.DATASET:
        sentence = _("The dataset %(title)s") % words
    else:
        count = int(getattr(grant, "n_listed", 0))
        many = ngettext(
            "%(n)d work of %(holder)s, listed one by one",
            "%(n)d works of %(holder)s, listed one by one",
            count,
        )
        sentence = many % {**words, "n": count}
    if grant.works_until:
        until = _("made until %(day)s") % {"day": date_format(grant.works_until)}
        return f"{sentence}, {until}"
    return sentence


def scopes_of(grant: Grant) -> str:
    """Return what it allows, in words."""
    return _labels(grant.scopes, Scope) or _("nothing")


def refused_by(grant: Grant) -> str:
    """Return what it does not allow: what is not named is refused."""
    return _labels([scope for scope in Scope.values if scope not in grant.scopes], Scope) or _("nothing")


def where_of(grant: Grant) -> str:
    """Return where it counts."""
    inside = territories.names_of(grant.territories)
    if not grant.excluded:
        return inside
    return _("%(inside)s, but not in: %(outside)s") % {
        "inside": inside, "outside": territories.names_of(grant.excluded),
    }  # fmt: skip


def payment_of(grant: Grant) -> str:
    """Return how the grantor is paid."""
    if grant.compensation == Compensation.NONE:
        return _("No payment was agreed.")
    parts = [str(Compensation(grant.compensation).label)]
    if grant.amount is not None:
        parts.append(money(grant.amount, grant.currency))
    if grant.due_on:
        parts.append(_("payable on %(day)s") % {"day": date_format(grant.due_on)})
    return ", ".join(parts)


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with its currency, without noughts behind the point that say nothing."""
    plain = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount
    return f"{number_format(plain, use_l10n=True, force_grouping=True)} {currency}"


def withdrawal_of(grant: Grant) -> str:
    """Return whether it can be withdrawn, from when, and what follows."""
    if not grant.revocable:
        return _("By its own terms it cannot be withdrawn.")
    if grant.notice_days:
        many = ngettext(
            "It can be withdrawn with %(n)d day of notice.",
            "It can be withdrawn with %(n)d days of notice.",
            grant.notice_days,
        )
        first = many % {"n": grant.notice_days}
    else:
        first = _("It can be withdrawn from one day to the next.")
    return " ".join([first, *duties_of(grant.on_revoke)])


def duties_of(duty: str) -> list[str]:
    """Return everything that a duty obliges to, the lightest first."""
    known = list(DUTIES)
    return [str(DUTIES[each]) for each in known[: known.index(OnRevoke(duty)) + 1]]


def _window(grant: Grant) -> str:
    begins = grant.valid_from or grant.signed_on
    begin = date_format(begins) if begins else _("signing")
    if grant.valid_until:
        return _("from %(begin)s until %(end)s") % {"begin": begin, "end": date_format(grant.valid_until)}
    return _("from %(begin)s, without end") % {"begin": begin}


def _families(purposes: Collection[str]) -> str:
    return _labels(purposes, ModelFamily) or _("every kind of model")


def _labels(values: Iterable[str], choices: Any) -> str:
    return "; ".join(str(choices(value).label) for value in values if value in choices.values)


def _yes_no(*, value: bool) -> str:
    return _("yes") if value else _("no")


# What follows from a withdrawal.
_STEPS = {
    TaskKind.BLOCK_VERSION: lambda n: ngettext(
        "%(n)d dataset version is blocked: nothing is trained with it.",
        "%(n)d dataset versions are blocked: nothing is trained with them.",
        n,
    ),
    TaskKind.BLOCK_MODEL: lambda n: ngettext(
        "%(n)d model is blocked: it does not work any more.",
        "%(n)d models are blocked: they do not work any more.",
        n,
    ),
    TaskKind.REMOVE_VECTORS: lambda n: ngettext(
        "%(n)d index entry is removed, so that search and comparison do not find these works.",
        "%(n)d index entries are removed, so that search and comparison do not find these works.",
        n,
    ),
    TaskKind.RETRAIN: lambda n: ngettext(
        "Train %(n)d model again without these works, or give it up.",
        "Train %(n)d models again without these works, or give them up.",
        n,
    ),
    TaskKind.WITHDRAW_OUTPUT: lambda n: ngettext(
        "Take out what such models drew in %(n)d cut, and have it drawn again.",
        "Take out what such models drew in %(n)d cuts, and have it drawn again.",
        n,
    ),
    TaskKind.TELL: lambda n: ngettext("Tell %(n)d production.", "Tell %(n)d productions.", n),
}


def step_sentence(kind: str, count: int) -> str:
    """Return what is done, by Sakkan or by people, as one sentence."""
    return _STEPS[TaskKind(kind)](count) % {"n": count}
