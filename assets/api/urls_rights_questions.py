"""Addresses of the questions about rights, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from assets.api import rights_more as more
from assets.api import rights_questions as ask
from assets.api import rights_versions as held

_ASKED: list[URLPattern] = [
    path("productions/<slug:code>/rights/ask/", ask.Ask.as_view(), name="api_rights_ask"),
    path("productions/<slug:code>/rights/audit/", ask.RightsAudit.as_view(), name="api_rights_audit"),
    path("productions/<slug:code>/findings/", ask.Findings.as_view(), name="api_findings"),
    path("productions/<slug:code>/made-by-models/", ask.MadeByModels.as_view(), name="api_made_by_models"),
    path("decisions/<int:pk>/", ask.OneDecision.as_view(), name="api_decision"),
    path("findings/<int:pk>/", ask.OneFinding.as_view(), name="api_finding"),
    path("findings/<int:pk>/waivers/", ask.Waivers.as_view(), name="api_waivers"),
    path("waivers/<int:pk>/decide/", ask.DecideWaiver.as_view(), name="api_waiver_decide"),
    path("datasets/<int:pk>/versions/", held.Versions.as_view(), name="api_dataset_versions"),
    path("dataset-versions/<int:pk>/", held.OneVersion.as_view(), name="api_dataset_version"),
    path("dataset-versions/<int:pk>/groups/", held.VersionGroups.as_view(), name="api_version_groups"),
    path("dataset-versions/<int:pk>/conclude/", held.ConcludeVersion.as_view(), name="api_version_conclude"),
    path("dataset-versions/<int:pk>/freeze/", held.FreezeVersion.as_view(), name="api_version_freeze"),
    path("dataset-versions/<int:pk>/approve/", held.ApproveVersion.as_view(), name="api_version_approve"),
    path(
        "dataset-versions/<int:pk>/difference/",
        held.VersionDifference.as_view(),
        name="api_version_difference",
    ),
    path("models/", held.Models.as_view(), name="api_models"),
    path("models/<int:pk>/", held.OneModel.as_view(), name="api_model"),
    path("models/<int:pk>/block/", held.BlockModel.as_view(), name="api_model_block"),
    path("licences/", ask.Licences.as_view(), name="api_licences"),
    path("licences/<str:licence_id>/", ask.OneLicence.as_view(), name="api_licence"),
    path("enquiries/", ask.Enquiry.as_view(), name="api_enquiry"),
    path("enquiries/by-file/", ask.EnquiryByFile.as_view(), name="api_enquiry_by_file"),
]
_MORE: list[URLPattern] = [
    path("productions/<slug:code>/approvals/", more.Approvals.as_view(), name="api_rights_approvals"),
    path("productions/<slug:code>/exploitation/", more.Exploitation.as_view(), name="api_exploitation"),
    path(
        "productions/<slug:code>/made-by-models.csv",
        more.MadeByModelsCsv.as_view(),
        name="api_made_by_models_csv",
    ),
    path("dataset-versions/<int:pk>/works/", more.VersionWorks.as_view(), name="api_version_works"),
    path("dataset-versions/<int:pk>/leave-out/", more.LeaveOut.as_view(), name="api_version_leave_out"),
    path("dataset-versions/<int:pk>/block/", more.BlockVersion.as_view(), name="api_version_block"),
    path("dataset-versions/<int:pk>/retire/", more.RetireVersion.as_view(), name="api_version_retire"),
    path("policies/", more.Policies.as_view(), name="api_policies"),
]
urlpatterns: list[URLPattern] = [*_ASKED, *_MORE]
