"""Addresses of the API about people, grants, withdrawals, what falls due, credits and payments."""

from __future__ import annotations

from django.urls import URLPattern, path

from assets.api import rights_due, rights_people, rights_withdraw

urlpatterns: list[URLPattern] = [
    path("holders/", rights_people.Holders.as_view(), name="api_holders"),
    path("holders/<int:pk>/", rights_people.OneHolder.as_view(), name="api_holder"),
    path("holders/<int:pk>/grants/", rights_people.HolderGrants.as_view(), name="api_holder_grants"),
    path(
        "holders/<int:pk>/withdraw/preview/",
        rights_withdraw.WithdrawPreview.as_view(),
        name="api_withdraw_preview",
    ),
    path("holders/<int:pk>/withdraw/", rights_withdraw.Withdraw.as_view(), name="api_withdraw"),
    path("grants/<int:pk>/", rights_people.OneGrant.as_view(), name="api_grant"),
    path("grants/<int:pk>/evidence/", rights_people.GrantEvidence.as_view(), name="api_grant_evidence"),
    path("grants/<int:pk>/payments/", rights_people.GrantPayments.as_view(), name="api_grant_payments"),
    path("withdrawals/", rights_withdraw.Withdrawals.as_view(), name="api_withdrawals"),
    path("withdrawals/<int:pk>/", rights_withdraw.OneWithdrawal.as_view(), name="api_withdrawal"),
    path(
        "withdrawal-tasks/<int:pk>/done/",
        rights_withdraw.WithdrawalTaskDone.as_view(),
        name="api_withdrawal_task_done",
    ),
    path("rights/due/", rights_due.DueList.as_view(), name="api_rights_due"),
    path("rights/due.ics", rights_due.DueCalendar.as_view(), name="api_rights_due_ics"),
    path("productions/<slug:code>/credits/", rights_due.Credits.as_view(), name="api_rights_credits"),
    path("productions/<slug:code>/payments/", rights_due.Payments.as_view(), name="api_rights_payments"),
]
