"""Questions about rights: may it be used, what has to be put right, is this work in it, what did models draw?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets import selectors_rights_questions as reads
from assets.api import rights_shapes as shapes
from assets.api.base import ApiView, FileSerializer, one
from assets.models import Artefact, Finding, LicenceReading, Production
from assets.rights.facets import Facets, facets_of, reviewed_licences
from assets.rights.load import readings
from assets.rights_words import told
from assets.services import audits, enquiries, gate, licences, questions, waivers
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.roles import Action


def answer_json(answer: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as the API tells it: facts, and sentences in the reader's language."""
    words = told(answer, said)
    kept: dict[str, Any] = {
        name: said[name] for name in ("question", "ruleset", "input_sha256", "policy") if name in said
    }
    return {
        "answer": answer,
        "sentence": words.sentence,
        **{
            name: [asdict(each) for each in getattr(words, name)]
            for name in ("reasons", "warnings", "waived")
        },
        "duties": words.duties,
        "choices": words.choices,
        **kept,
    }


def viewed(user: User, code: str) -> Production:
    """Return a production where the person sees licences. Raises NotFound, NotAllowed."""
    production = selectors.get_production(user, code)
    access.require(user, Action.VIEW_DATASETS, production)
    return production


class Ask(ApiView):
    """May it be used on this production?"""

    @extend_schema(
        operation_id="rights_ask", request=shapes.QuestionSerializer, responses=shapes.AnswerSerializer
    )
    def post(self, request: Request, code: str) -> Response:
        """Answer from the books as they stand, or with `known_at` as they stood then. Writes nothing."""
        production = viewed(self.user, code)
        data = self.body(shapes.QuestionSerializer)
        known_at = data.pop("known_at", None)
        asked = questions.question(production=production, **data)
        decision = gate.ask(actor=self.user, question=asked, known_at=known_at)
        return self.answer(shapes.AnswerSerializer, answer_json(decision.answer.value, decision.as_json()))


class OneDecision(ApiView):
    """An answer that the gate gave."""

    @extend_schema(operation_id="decision", responses=shapes.AnswerSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Tell it again: why not, and what would lift it."""
        row = gate.get_decision(actor=self.user, pk=pk)
        said = {
            **row.reasons,
            "question": row.question,
            "ruleset": row.ruleset,
            "input_sha256": row.input_sha256,
        }
        body = {"id": row.pk, "url": reverse("decision", args=[row.pk]), **answer_json(row.answer, said)}
        return self.answer(shapes.AnswerSerializer, body)


class RightsAudit(ApiView):
    """The audit of a production."""

    @extend_schema(operation_id="rights_audit", request=None, responses=shapes.AuditedSerializer)
    def post(self, request: Request, code: str) -> Response:
        """Audit it now."""
        production = viewed(self.user, code)
        return self.answer(shapes.AuditedSerializer, audits.run(actor=self.user, production=production))


class Findings(ApiView):
    """What has to be put right before delivery."""

    queryset = Finding.objects.none()

    @extend_schema(
        operation_id="findings",
        parameters=[OpenApiParameter("gone", OpenApiTypes.BOOL, description="Those that are gone instead.")],
        responses=shapes.FindingSerializer(many=True),
    )
    def get(self, request: Request, code: str) -> Response:
        """List the findings that stand."""
        production = viewed(self.user, code)
        is_gone = request.query_params.get("gone") in {"1", "true"}
        rows = Finding.objects.filter(production=production, gone_at__isnull=not is_gone)
        return self.page(shapes.FindingSerializer, rows.select_related("assignee").order_by("pk"))


class OneFinding(ApiView):
    """One finding."""

    @extend_schema(operation_id="finding", responses=shapes.FindingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return it."""
        return self.answer(shapes.FindingSerializer, reads.get_finding(self.user, pk))

    @extend_schema(
        operation_id="finding_assign", request=shapes.AssignSerializer, responses=shapes.FindingSerializer
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Say who looks after it."""
        row = reads.get_finding(self.user, pk)
        name = self.body(shapes.AssignSerializer)["username"]
        who = one(User.objects.filter(is_active=True), "person", username=name) if name else None
        return self.answer(
            shapes.FindingSerializer, audits.assign(actor=self.user, finding=row, assignee=who)
        )


class Waivers(ApiView):
    """Waivers of a finding."""

    @extend_schema(
        operation_id="waiver_request",
        request=shapes.NewWaiverSerializer,
        responses={201: shapes.WaiverSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask that it may stand until a day; somebody else decides."""
        row = reads.get_finding(self.user, pk)
        made = waivers.request(actor=self.user, finding=row, **self.body(shapes.NewWaiverSerializer))
        return self.answer(shapes.WaiverSerializer, made, status=201)


class DecideWaiver(ApiView):
    """A decision on a waiver."""

    @extend_schema(
        operation_id="waiver_decide",
        request=shapes.WaiverDecisionSerializer,
        responses=shapes.WaiverSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Decide as a second pair of eyes; whoever asked for it cannot."""
        waiver = reads.get_waiver(self.user, pk)
        waivers.decide(actor=self.user, waiver=waiver, **self.body(shapes.WaiverDecisionSerializer))
        return self.answer(shapes.WaiverSerializer, waiver)


class Enquiry(ApiView):
    """Is this work in any dataset?"""

    @extend_schema(
        operation_id="rights_enquiry", request=shapes.EnquirySerializer, responses=shapes.FoundSerializer
    )
    def post(self, request: Request) -> Response:
        """Look a work up by the hash of its original bytes."""
        found = enquiries.enquire(actor=self.user, sha256=self.body(shapes.EnquirySerializer)["sha256"])
        return self.answer(shapes.FoundSerializer, _found(found))


class EnquiryByFile(ApiView):
    """Is this work, or one that looks like it, in any dataset?"""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="rights_enquiry_file",
        request={"multipart/form-data": FileSerializer},
        responses=shapes.FoundSerializer,
    )
    def post(self, request: Request) -> Response:
        """Look a work up by its file: its bytes, its pixels, and what it looks like. The file is not kept."""
        file: Any = self.body(FileSerializer)["file"]
        found = enquiries.enquire(actor=self.user, data=file.read(), name=file.name)
        return self.answer(shapes.FoundSerializer, _found(found))


def _found(found: enquiries.Found) -> dict[str, Any]:
    learned = {each.model_id for each in found.learned} | {each.pk for each in found.descendants}
    return {
        "sha256": found.sha256,
        "entries": found.entries,
        "models": sorted(learned),
        "drawings": found.drawings,
        "alike": found.alike,
    }


class MadeByModels(ApiView):
    """Drawings that models made."""

    queryset = Artefact.objects.none()

    @extend_schema(
        operation_id="made_by_models",
        parameters=[OpenApiParameter("episode", OpenApiTypes.STR, description="The code of an episode.")],
        responses=shapes.ArtefactSerializer(many=True),
    )
    def get(self, request: Request, code: str) -> Response:
        """List them: by what, on which cut, under which answer of the gate."""
        rows: QuerySet[Artefact] = reads.artefacts(
            viewed(self.user, code), request.query_params.get("episode", "")[:20].replace("\x00", "")
        )
        return self.page(shapes.ArtefactSerializer, rows)


class Licences(ApiView):
    """How licences are read."""

    queryset = LicenceReading.objects.none()

    @extend_schema(operation_id="licences", responses=shapes.LicenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the readings: the studio's own stand above Sakkan's."""
        access.require_anywhere(self.user, Action.VIEW_DATASETS)
        own = readings()
        table = {**reviewed_licences(), **own}
        rows = [_licence(name, table[name], name in own) for name in sorted(table)]
        return self.page(shapes.LicenceSerializer, rows)


class OneLicence(ApiView):
    """One licence."""

    @extend_schema(operation_id="licence", responses=shapes.LicenceSerializer)
    def get(self, request: Request, licence_id: str) -> Response:
        """Return how it is read; not there where nobody has read it, and then it allows nothing."""
        access.require_anywhere(self.user, Action.VIEW_DATASETS)
        own = readings()
        known = facets_of(licence_id, own)
        if known is None:
            raise NotFound(what="licence")
        return self.answer(shapes.LicenceSerializer, _licence(licence_id, known, licence_id in own))

    @extend_schema(
        operation_id="licence_read", request=shapes.ReadingSerializer, responses=shapes.LicenceSerializer
    )
    def put(self, request: Request, licence_id: str) -> Response:
        """Sign a reading; it counts from now on."""
        licences.read_licence(actor=self.user, licence_id=licence_id, **self.body(shapes.ReadingSerializer))
        return self.answer(shapes.LicenceSerializer, _licence(licence_id, readings()[licence_id], True))  # noqa: FBT003


def _licence(licence_id: str, known: Facets, by_studio: bool) -> dict[str, Any]:  # noqa: FBT001
    facets = {
        name: getattr(value, "value", value)
        for name, value in asdict(known).items()
        if name not in {"reviewed_on", "source"}
    }
    return {
        "licence_id": licence_id,
        "by_studio": by_studio,
        "facets": facets,
        "reviewed_on": known.reviewed_on,
        "source": known.source,
    }
