"""What an artist finds on their desk: each stage of theirs with its retake, what happens now, and the last result.

Reads only, from what the person may see; the number of queries does not grow with the cards.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, Q, QuerySet, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from assets import access, bag, desks
from assets import selectors as asset_selectors
from assets.choices import Stage, StageStatus, UploadState
from assets.models import Cut, StageState, Take, Upload
from qa import selectors, selectors_retakes, sentences
from qa.choices import RetakeState, RunState
from qa.models import CheckRun, Comment, Flag, Retake
from qa.retake_lines import Order, orders_of
from studio.core.choices import JobState
from studio.core.models import Job, User

CARDS_MAX = 200
GROUPS = ("retake", "todo", "sent")
_COMMENTS_MAX = 12
_SENTENCES_MAX = 2
_Key = tuple[int, str]  # cut id, stage


@dataclass(frozen=True)
class Result:
    """What the last check of the newest take said."""

    run: CheckRun
    flags: int
    open_flags: int
    sentences: list[str]
    left_out: bool  # something could not be judged


@dataclass
class Card:
    """One stage of a cut on the desk of the person who has it."""

    stage: StageState
    cut: Cut
    due_on: date | None
    due: str
    due_words: str
    group: str
    take: Take | None = None
    orders: list[Order] = field(default_factory=list)
    upload: Upload | None = None
    job: Job | None = None
    result: Result | None = None
    n_comments: int = 0

    @property
    def is_at_work(self) -> bool:
        """Whether something changes by itself soon."""
        is_read = self.upload is not None and self.upload.state == UploadState.SUBMITTED
        return is_read or (self.job is not None and not self.job.is_over)

    @property
    def version(self) -> str:
        """What the page compares to see whether this card has changed."""
        job, result, upload = self.job, self.result, self.upload
        said = (
            (self.stage.state, str(self.due_on), self.due, self.n_comments, self.take and self.take.pk),
            [
                (order.retake.state, [(each.item.pk, len(each.corrections)) for each in order.lines])
                for order in self.orders
            ],
            job and (str(job.pk), job.state, job.percent, job.note),
            result and (result.run.pk, result.flags, result.open_flags),
            upload and (str(upload.pk), upload.state),
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def mine(user: User, filters: Mapping[str, str]) -> QuerySet[StageState]:
    """Return the person's open stages. Filters: `production`, `stage`, `state` (of GROUPS), `q`, `order`."""
    rows = asset_selectors.my_cuts(user)
    if filters.get("production"):
        rows = rows.filter(cut__episode__production__code=filters["production"])
    if filters.get("stage") in Stage.values:
        rows = rows.filter(stage=filters["stage"])
    if words := filters.get("q", "").replace("\x00", ""):
        number = words.rpartition("_C")[2]
        rows = rows.filter(Q(cut__number__icontains=number) | Q(cut__note__icontains=words))
    states = {"retake": [StageStatus.RETAKE], "sent": [StageStatus.SUBMITTED]}
    wanted = filters.get("state")
    if wanted in states:
        rows = rows.filter(state__in=states[wanted])
    elif wanted == "todo":
        rows = rows.exclude(state__in=[StageStatus.RETAKE, StageStatus.SUBMITTED])
    orders: dict[str, tuple[Any, ...]] = {
        "changed": ("-changed_at", "id"),
        "cut": ("cut__episode__production__code", "cut__episode__code", "cut__number", "id"),
    }
    until = F("until").asc(nulls_last=True)
    by_due = (until, "cut__episode__code", "cut__number", "id")
    rows = rows.annotate(until=Coalesce("due_on", "cut__due_on"))
    return rows.order_by(*orders.get(filters.get("order", ""), by_due))


def cards_of(user: User, stages: Iterable[StageState]) -> list[Card]:
    """Return the cards of these stages, in their order."""
    listed = list(stages)
    cuts = desks.with_thumbs(Cut.objects.filter(pk__in={row.cut_id for row in listed})).in_bulk()
    cards = [_card(row, cuts[row.cut_id]) for row in listed]
    by_key: dict[_Key, Card] = {(card.stage.cut_id, card.stage.stage): card for card in cards}
    _add_takes(by_key)
    _add_orders(user, by_key)
    _add_uploads(by_key)
    _add_jobs(cards)
    _add_results(cards)
    _add_comments(user, cards)
    return cards


def comments_to(user: User) -> QuerySet[Comment]:
    """Return the open comments that are addressed to the person: mentions, answers, and words on their takes."""
    to_me = Q(mentions=user) | Q(take__submitted_by=user, parent=None) | Q(parent__by=user)
    still_open = Q(withdrawn_at=None, resolved_at=None, parent__resolved_at=None)
    found = Comment.objects.filter(to_me, still_open, take__cut__in=access.visible_cuts(user).values("pk"))
    related = ("by", "take__cut__episode__production", "drawing__cell")
    return found.exclude(by=user).select_related(*related).distinct().order_by("-id")


def newest_comments(user: User) -> list[Comment]:
    """Return the newest comments addressed to the person."""
    return list(comments_to(user)[:_COMMENTS_MAX])


def _card(row: StageState, cut: Cut) -> Card:
    due_on = row.due_on or row.cut.due_on
    group = {StageStatus.RETAKE: "retake", StageStatus.SUBMITTED: "sent"}.get(StageStatus(row.state), "todo")
    due = "" if group == "sent" else desks.due_state(due_on, row.state)
    return Card(row, cut, due_on, due, bag.due_words(due_on, row.state), group)


def _add_takes(cards: dict[_Key, Card]) -> None:
    takes = Take.objects.filter(cut__in={cut_id for cut_id, _stage in cards}).order_by("number")
    for take in takes.select_related("submitted_by"):
        if card := cards.get((take.cut_id, take.stage)):
            card.take = take


def _add_orders(user: User, cards: dict[_Key, Card]) -> None:
    waiting = Retake.objects.filter(state=RetakeState.OPEN, cut__in={cut_id for cut_id, _stage in cards})
    for order in orders_in_words(user, waiting):
        card = cards.get((order.retake.cut_id, order.retake.stage))
        if card is not None:
            card.orders.append(order)


def orders_in_words(user: User, retakes: QuerySet[Retake]) -> list[Order]:
    """Return those of the orders that the person may see, newest first, with lines, pictures and corrections."""
    seen = retakes.filter(cut__in=access.visible_cuts(user).values("pk"))
    # Whose work it is and how often it came back stand on the list of retakes, not here.
    bare = seen.annotate(artist=Value(None, IntegerField()), round_no=Value(0))
    return orders_of(selectors_retakes.with_lines(bare).order_by("-created_at"), {})


def _add_uploads(cards: dict[_Key, Card]) -> None:
    """Add what has not become a take: arriving, being read, or refused and not yet put right."""
    uploads = Upload.objects.filter(cut__in={cut_id for cut_id, _stage in cards}, take=None)
    for upload in uploads.exclude(state=UploadState.DONE).order_by("created_at"):
        card = cards.get((upload.cut_id, upload.stage))
        if card is None:
            continue
        if upload.state != UploadState.SUBMITTED and upload.submitted_by_id != card.stage.assignee_id:
            continue
        if card.take is None or upload.created_at > card.take.submitted_at:
            card.upload = upload


def _add_jobs(cards: list[Card]) -> None:
    """Add the job that is at work on a card, or that failed last."""
    subjects: dict[str, Card] = {}
    for card in cards:
        if card.upload is not None:
            subjects[f"upload:{card.upload.pk}"] = card
        elif card.take is not None:
            subjects[f"take:{card.take.pk}"] = card
    seen: set[str] = set()
    for job in Job.objects.filter(subject__in=subjects):
        if job.subject not in seen:
            seen.add(job.subject)
            is_news = not job.is_over or job.state == JobState.FAILED
            subjects[job.subject].job = job if is_news else None


def _add_results(cards: list[Card]) -> None:
    by_take = {card.take.pk: card for card in cards if card.take is not None}
    is_open = Q(flags__decision__in=selectors.OPEN)
    runs = CheckRun.objects.filter(take__in=by_take, state=RunState.CURRENT)
    counted = list(runs.annotate(n_flags=Count("flags"), n_open=Count("flags", filter=is_open)))
    worst = _worst([run.pk for run in counted if run.n_flags])
    for run in counted:
        by_take[run.take_id].result = Result(
            run=run,
            flags=run.n_flags,
            open_flags=run.n_open,
            sentences=list(dict.fromkeys(sentences.of_flag(flag) for flag in worst[run.pk])),
            left_out=any(run.summary.get(name) for name in ("not_checked", "not_comparable", "unchecked")),
        )


def _worst(run_ids: list[int]) -> Mapping[int, list[Flag]]:
    """Return the worst flags of each run, two of each."""
    place = Window(RowNumber(), partition_by="run", order_by=[F("drift").desc(), F("id").asc()])
    flags = Flag.objects.filter(run__in=run_ids).annotate(place=place).filter(place__lte=_SENTENCES_MAX)
    found: dict[int, list[Flag]] = defaultdict(list)
    for flag in flags.order_by("run", "-drift", "id"):
        found[flag.run_id].append(flag)
    return found


def _add_comments(user: User, cards: list[Card]) -> None:
    counts = (
        comments_to(user).order_by().values("take__cut", "take__stage").annotate(n=Count("pk", distinct=True))
    )
    found = {(row["take__cut"], row["take__stage"]): row["n"] for row in counts}
    for card in cards:
        card.n_comments = found.get((card.stage.cut_id, card.stage.stage), 0)
