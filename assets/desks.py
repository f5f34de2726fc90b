"""Reads that only pages need: figures of an overview, thumbnails of lists, jobs of a person.

Like `selectors`, every read starts from what the person may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from assets import access, selectors
from assets.choices import StageStatus
from assets.models import (
    Cut,
    DatasetVersion,
    DerivedJob,
    Drawing,
    Membership,
    ModelSheet,
    Production,
    StageState,
    Take,
    Upload,
    Withdrawal,
)
from studio.core.choices import JobState
from studio.core.models import User

OVER = (StageStatus.APPROVED, StageStatus.OMITTED)
_SOON_DAYS = 2


def at_work(user: User) -> int:
    """Return how many of the person's jobs wait or run."""
    return selectors.jobs_of(user).filter(state__in=[JobState.QUEUED, JobState.RUNNING]).count()


def names_of(subjects: Iterable[str]) -> dict[str, str]:
    """Return what jobs are about ("take:17") in words ("EP01_C012 AD T2"), with one query per kind.

    The caller shows only jobs that the person may see; a subject that is gone has no name.
    """
    keys: dict[str, list[str]] = {}
    for subject in subjects:
        kind, _colon, key = subject.partition(":")
        keys.setdefault(kind, []).append(key)
    takes = Take.objects.filter(pk__in=keys.get("take", [])).select_related("cut__episode")
    arrived = Upload.objects.filter(pk__in=keys.get("upload", [])).select_related("cut__episode")
    sheets = ModelSheet.objects.filter(pk__in=keys.get("sheet", [])).select_related("design__character")
    versions = DatasetVersion.objects.filter(pk__in=keys.get("version", [])).select_related("dataset")
    drawn = DerivedJob.objects.filter(pk__in=keys.get("derived", [])).select_related("cut__episode")
    withdrawn = Withdrawal.objects.filter(pk__in=keys.get("withdrawal", [])).select_related("holder")
    return {
        **{f"withdrawal:{each.pk}": each.log_name for each in withdrawn},
        **{f"derived:{each.pk}": str(each) for each in drawn},
        **{f"take:{take.pk}": str(take) for take in takes},
        **{f"upload:{upload.pk}": str(upload) for upload in arrived},
        **{f"sheet:{sheet.pk}": str(sheet) for sheet in sheets},
        **{f"version:{version.pk}": str(version) for version in versions},
    }


def cuts_in(user: User, production: Production) -> QuerySet[Cut]:
    """Return the cuts of `production` that `user` may see."""
    visible = access.visible_cuts(user).filter(episode__production=production).values("pk")
    return Cut.objects.filter(pk__in=visible)


def due_and_order(cuts: QuerySet[Cut], due: str, order: str) -> QuerySet[Cut]:
    """Keep what is due "late" or within a "week", and sort by "due" or "changed"; anything else changes nothing."""
    today = timezone.localdate()
    last = {"late": today - timedelta(days=1), "week": today + timedelta(days=7)}.get(due)
    if last:
        open_stages = StageState.objects.filter(cut=OuterRef("pk")).exclude(state__in=OVER)
        cuts = cuts.filter(Exists(open_stages.filter(due_on__lte=last)) | Q(due_on__lte=last), omitted=False)
    stages = StageState.objects.filter(cut=OuterRef("pk"))
    if order == "due":
        first = stages.exclude(state__in=OVER).order_by(F("due_on").asc(nulls_last=True)).values("due_on")[:1]
        cuts = cuts.annotate(first_due=Coalesce(Subquery(first), "due_on"))
        return cuts.order_by(F("first_due").asc(nulls_last=True), "episode__code", "number")
    if order == "changed":
        cuts = cuts.annotate(changed_at=Subquery(stages.order_by("-changed_at").values("changed_at")[:1]))
        return cuts.order_by(F("changed_at").desc(nulls_last=True), "episode__code", "number")
    return cuts


def with_thumbs(cuts: QuerySet[Cut]) -> QuerySet[Cut]:
    """Add `thumb_id`, the first drawing of the newest take, and `n_takes` to a list of cuts."""
    newest = Drawing.objects.filter(cell__take__cut=OuterRef("pk")).order_by(
        "-cell__take__submitted_at", "-cell__take_id", "cell__position", "number"
    )
    takes = Take.objects.filter(cut=OuterRef("pk")).order_by().values("cut").annotate(n=Count("pk"))
    return cuts.annotate(thumb_id=Subquery(newest.values("pk")[:1]), n_takes=Subquery(takes.values("n")))


def due_state(due_on: date | None, state: str) -> str:
    """Return "late" or "soon" for something not yet done, or an empty text."""
    if due_on is None or state in {each.value for each in OVER}:
        return ""
    days = (due_on - timezone.localdate()).days
    return "late" if days < 0 else "soon" if days <= _SOON_DAYS else ""


def neighbours(user: User, cut: Cut, reach: int = 2) -> list[Cut]:
    """Return the cut with up to `reach` visible cuts before and after it in its episode, with thumbnails."""
    numbers = list(
        access.visible_cuts(user)
        .filter(episode=cut.episode_id)
        .order_by("number")
        .values_list("pk", flat=True)
    )
    if cut.pk not in numbers:
        return []
    place = numbers.index(cut.pk)
    around = numbers[max(0, place - reach) : place + reach + 1]
    return list(with_thumbs(Cut.objects.filter(pk__in=around)).select_related("episode").order_by("number"))


def first_desk(user: User) -> tuple[str, Production | None]:
    """Return which page is this person's day: "review", "my_cuts" or "production", and of which production."""
    mine = Membership.objects.filter(user=user, production__archived=False).select_related("production")
    roles: dict[str, list[Production]] = {}
    for each in mine:
        roles.setdefault(each.role, []).append(each.production)
    for role, page in (("supervisor", "review"), ("artist", "my_cuts"), ("outside_artist", "my_cuts")):
        if role in roles:
            return page, _busiest(roles[role])
    productions = access.visible_productions(user).filter(archived=False)
    return "production", _busiest(list(productions))


def sole_production(user: User) -> Production | None:
    """Return the person's production where they have just one, so that its desks stand beside every page."""
    some = list(selectors.productions_of(user)[:2])
    return some[0] if len(some) == 1 else None


def _busiest(productions: list[Production]) -> Production | None:
    """Return the production with the newest take: where somebody is at work now."""
    newest = Take.objects.filter(cut__episode__production__in=productions).order_by("-submitted_at").first()
    if newest is None:
        return productions[0] if productions else None
    wanted: Any = newest.cut.episode.production_id
    return next(each for each in productions if each.pk == wanted)
