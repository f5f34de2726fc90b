"""How a grant stands on a day, and the countries that somebody may type."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation

from assets import territories
from assets.rights.grant_state import Dates, GrantState, last_day, state_of

TODAY = date(2026, 11, 20)
SIGNED = date(2026, 1, 1)


def _in(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        (Dates(), GrantState.DRAFT),
        (Dates(has_paper=True), GrantState.OFFER),
        (Dates(signed_on=SIGNED), GrantState.ACTIVE),
        (Dates(signed_on=_in(1)), GrantState.COMING),
        (Dates(signed_on=SIGNED, valid_from=_in(1)), GrantState.COMING),
        (Dates(signed_on=SIGNED, valid_until=_in(91)), GrantState.ACTIVE),
        (Dates(signed_on=SIGNED, valid_until=_in(90)), GrantState.EXPIRING),
        (Dates(signed_on=SIGNED, valid_until=TODAY), GrantState.EXPIRING),
        (Dates(signed_on=SIGNED, valid_until=_in(-1)), GrantState.EXPIRED),
        (Dates(signed_on=SIGNED, revoked_on=TODAY), GrantState.WITHDRAWN),
        (Dates(signed_on=SIGNED, revoked_on=_in(1)), GrantState.EXPIRING),
        (Dates(signed_on=SIGNED, superseded=True), GrantState.SUPERSEDED),
        (Dates(signed_on=SIGNED, superseded=True, revoked_on=TODAY), GrantState.WITHDRAWN),
    ],
)
def test_a_grant_stands_as_its_dates_say(dates: Dates, state: GrantState) -> None:
    assert state_of(dates, TODAY) == state


def test_the_earlier_of_end_and_withdrawal_is_the_last_day() -> None:
    assert last_day(Dates(valid_until=_in(5), revoked_on=_in(3))) == _in(2)
    assert last_day(Dates(valid_until=_in(1), revoked_on=_in(3))) == _in(1)
    assert last_day(Dates()) is None


def test_countries_are_read_by_code_and_by_name_in_both_languages() -> None:
    assert territories.read("jp, France、オーストリア; ＵＳ") == (["JP", "FR", "AT", "US"], [])
    assert territories.read("Atlantis, DE") == (["DE"], ["Atlantis"])
    assert territories.read(" , ") == ([], [])


def test_a_country_is_named_in_the_readers_language() -> None:
    assert territories.names_of(["JP", "WORLD", "XX"]) == "Japan (JP), everywhere, XX (XX)"
    with translation.override("ja"):
        assert territories.name_of("FR") == "フランス"
