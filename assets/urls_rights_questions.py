"""Addresses of the pages of questions about rights: ask, audit, dataset versions, models, licences, enquiries."""

from __future__ import annotations

from django.urls import URLPattern, path

from assets.views import (
    rights_ask,
    rights_enquiry,
    rights_licences,
    rights_models,
    rights_production,
    rights_versions,
)

_PRODUCTION = [
    path("p/<slug:code>/rights/", rights_production.rights, name="rights"),
    path("p/<slug:code>/rights/audit/", rights_production.audit_now, name="rights_audit"),
    path("p/<slug:code>/rights/exploitation/", rights_production.exploitation, name="rights_exploitation"),
    path("p/<slug:code>/rights/approvals/", rights_production.approve_use, name="rights_approvals"),
    path("p/<slug:code>/rights/ask/", rights_ask.ask, name="rights_ask"),
    path("p/<slug:code>/rights/made-by-models/", rights_enquiry.made_by_models, name="made_by_models"),
    path(
        "p/<slug:code>/rights/made-by-models.csv",
        rights_enquiry.made_by_models_csv,
        name="made_by_models_csv",
    ),
    path("findings/<int:pk>/", rights_production.finding, name="finding"),
    path("findings/<int:pk>/assign/", rights_production.finding_assign, name="finding_assign"),
    path("findings/<int:pk>/waiver/", rights_production.waiver_request, name="waiver_request"),
    path("waivers/<int:pk>/decide/", rights_production.waiver_decide, name="waiver_decide"),
]
_VERSIONS = [
    path("datasets/<int:pk>/versions/", rights_versions.draft, name="dataset_draft"),
    path("dataset-versions/<int:pk>/", rights_versions.version_page, name="dataset_version"),
    path("dataset-versions/<int:pk>/bring/", rights_versions.bring, name="dataset_bring"),
    path("dataset-versions/<int:pk>/group/<int:standing>/", rights_versions.group, name="dataset_group"),
    path(
        "dataset-versions/<int:pk>/group/<int:standing>/leave-out/",
        rights_versions.leave_out,
        name="dataset_leave_out",
    ),
    path("dataset-versions/<int:pk>/step/", rights_versions.step, name="dataset_step"),
    path("dataset-versions/<int:pk>/works/", rights_versions.works, name="dataset_works"),
    path("dataset-versions/<int:pk>/difference/", rights_versions.difference, name="dataset_difference"),
    path("works/<int:pk>/", rights_versions.work, name="work"),
]
_STUDIO = [
    path("rights/datasets/", rights_versions.studio_datasets, name="rights_datasets"),
    path("rights/decisions/<int:pk>/", rights_ask.decision_page, name="decision"),
    path("rights/models/", rights_models.model_list, name="models"),
    path("rights/models/new/", rights_models.model_new, name="model_new"),
    path("rights/models/<int:pk>/", rights_models.model_page, name="model"),
    path("rights/models/<int:pk>/block/", rights_models.model_block, name="model_block"),
    path("rights/licences/", rights_licences.licence_list, name="licences"),
    path("rights/licences/<str:licence_id>/", rights_licences.licence_page, name="licence"),
    path("rights/policies/", rights_licences.policies, name="policies"),
    path("rights/enquiry/", rights_enquiry.enquiry, name="enquiry"),
]
urlpatterns: list[URLPattern] = [*_PRODUCTION, *_VERSIONS, *_STUDIO]
