"""Pages of rights: what each reader may know, tables and calendars, and that long lists cost no more queries."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.models import Grant, Membership, Production, RightsHolder
from assets.rights import credits as behind
from assets.services import grants, holders, standings, withdrawals
from studio.core.models import User
from studio.core.roles import Role
from tests.consent_world import ConsentWorld, build, day, latest, paper
from tests.world import World

SignIn = Callable[[User], Client]


@pytest.fixture
def place(world: World) -> ConsentWorld:
    """An artist with consent; she is to be paid."""
    return build(world, works=3, compensation="flat", amount=Decimal(500), due_on=day(-3))


@pytest.fixture
def outsider(world: World) -> User:
    """A producer of another production: of the same studio, but no part of HOSHI."""
    other = Production.objects.create(code="OTHER", title="Other")
    Membership.objects.create(production=other, user=world.stranger, role=Role.PRODUCER)
    return world.stranger


def _text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return data.decode()


def test_an_empty_studio_is_told_what_to_do_first(world: World, as_person: SignIn) -> None:
    assert "Begin with the people" in _text(as_person(world.producer), "rights_home")
    assert "Nobody yet" in _text(as_person(world.producer), "holders")
    assert reverse("holder_new") not in _text(as_person(world.supervisor), "rights_home")


def test_only_who_sees_datasets_is_shown_the_way(world: World, as_person: SignIn) -> None:
    link = f'href="{reverse("rights_home")}"'
    assert link in as_person(world.producer).get("/", follow=True).content.decode()
    assert link not in as_person(world.artist).get("/", follow=True).content.decode()


def test_a_producer_of_another_production_sees_counts_but_no_names_of_it(
    place: ConsentWorld, outsider: User, as_person: SignIn
) -> None:
    withdrawals.withdraw(actor=place.world.producer, holder=place.holder, effective_on=day(0))
    client = as_person(outsider)
    pages = [
        _text(client, "withdrawal", latest().pk),
        _text(client, "withdrawal_csv", latest().pk),
        _text(client, "holder", place.holder.pk),
    ]
    for said in pages:
        for secret in ("Hoshi", "EP01_C012", "EP01_C013", "Keys of Hana"):
            assert secret not in said
    assert "not part of" in pages[0]


def test_a_contract_is_for_producers_alone(place: ConsentWorld, as_person: SignIn) -> None:
    proof = paper(place)
    address = reverse("evidence", args=[proof.pk])
    assert _text(as_person(place.world.producer), "evidence", proof.pk) == "%PDF-1.7"
    assert as_person(place.world.supervisor).get(address).status_code == 403
    assert "hana_mori_contract" not in _text(as_person(place.world.supervisor), "grant", place.grant.pk)


def test_terms_are_changed_by_newer_terms_alone(place: ConsentWorld, as_person: SignIn) -> None:
    client = as_person(place.world.producer)
    address = reverse("grant_change", args=[place.grant.pk])
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in given.items() if value is not None and value is not False}
    answer = client.post(address, {**given, "scopes": ["train"], "signed_on": str(day(0))})
    assert answer.status_code == 302, answer.context["form"].errors
    newer = Grant.objects.latest("pk")
    assert (newer.supersedes, newer.scopes) == (place.grant, ["train"])
    assert "replaced by newer terms" in _text(client, "grant", place.grant.pk)
    assert client.get(reverse("grant", args=[newer.pk])).status_code == 200


def test_evidence_and_payments_are_kept_from_the_page(place: ConsentWorld, as_person: SignIn) -> None:
    client, grant = as_person(place.world.producer), place.grant
    assert "500 JPY is open" in _text(client, "grant", grant.pk)
    file = SimpleUploadedFile("k.pdf", b"%PDF")
    client.post(reverse("grant_evidence", args=[grant.pk]), {"file": file, "kind": "contract"})
    given = {"amount": "500", "currency": "JPY", "paid_on": str(day(0)), "evidence": grant.evidence.get().pk}
    client.post(reverse("grant_pay", args=[grant.pk]), given)
    assert "JPY is open" not in _text(client, "grant", grant.pk)
    assert grant.payments.get().evidence == grant.evidence.get()
    wrong = client.post(reverse("grant_pay", args=[grant.pk]), {**given, "amount": "0"})
    assert wrong.context["payment_form"].errors


def test_the_notice_of_a_contract_is_explained_at_its_field(world: World, as_person: SignIn) -> None:
    place = build(world, works=1, notice_days=30)
    client = as_person(world.producer)
    given = {"step": "2", "grants": place.grant.pk, "effective_on": str(day(0))}
    said = _text(client, "withdraw", place.holder.pk, **given)
    assert day(30).isoformat() in said
    assert "asks for notice" in said


def test_tables_and_calendar_are_sent_and_run_no_formula(place: ConsentWorld, as_person: SignIn) -> None:
    holders.update(actor=place.world.producer, holder=place.holder, name="=HYPERLINK(1)")
    client = as_person(place.world.producer)
    assert "'=HYPERLINK" in _text(client, "rights_payments_csv", "HOSHI")
    assert "3 days over" in _text(client, "rights_due")
    assert "BEGIN:VEVENT" in _text(client, "rights_due_ics", days="30")
    assert "payment" in _text(client, "rights_due_csv", days="x")


def test_credits_that_are_missing_stand_first(place: ConsentWorld, as_person: SignIn) -> None:
    ken = holders.create(actor=place.world.producer, name="Ken", credit="K. Sato")
    for item, holder in ((place.items[0], place.holder), (place.items[1], ken)):
        standing = standings.facts.Standing(concluded="CC-BY-4.0", holders=((holder.pk, "owner"),))
        item.standing = standings.put(standing)
        item.save()
    found = behind.credits_of(place.world.production)
    assert [(each.name, each.is_missing, each.works) for each in found] == [
        ("Hana Mori", True, 1),
        ("Ken", False, 1),
    ]
    said = _text(as_person(place.world.producer), "rights_credits", "HOSHI")
    assert "1 credit line is missing" in said
    assert "K. Sato" in said


@pytest.mark.parametrize("name", ["rights_home", "holders", "withdrawals", "rights_due"])
def test_a_long_list_costs_no_more_queries(name: str, place: ConsentWorld, as_person: SignIn) -> None:
    client = as_person(place.world.producer)
    _more(place, 1)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            _text(client, name)
        return len(queries)

    asked()
    few = asked()
    _more(place, 4)
    assert asked() == few


def _more(place: ConsentWorld, count: int) -> None:
    for _ in range(count):
        actor = place.world.producer
        holder = holders.create(actor=actor, name=f"Artist {RightsHolder.objects.count()}")
        for until in (5, 6):
            grants.create(
                actor=actor, holder=holder, subject_kind="holder", scopes=["train"], signed_on=day(-9),
                valid_until=day(until), dataset=None,
            )  # fmt: skip
        withdrawals.withdraw(actor=actor, holder=holder, effective_on=day(0))
        grants.create(
            actor=actor, holder=holder, subject_kind="holder", scopes=["train"], signed_on=day(-9),
            valid_until=day(7),
        )  # fmt: skip
