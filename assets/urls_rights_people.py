"""Addresses of the studio's rights: people, grants, withdrawals, what falls due, credits and payments."""

from __future__ import annotations

from django.urls import URLPattern, path

from assets.views import rights_due, rights_grants, rights_people, rights_withdraw

urlpatterns: list[URLPattern] = [
    path("rights/", rights_people.rights_home, name="rights_home"),
    path("rights/people/", rights_people.holder_list, name="holders"),
    path("rights/people/new/", rights_people.holder_new, name="holder_new"),
    path("rights/people/<int:pk>/", rights_people.holder_page, name="holder"),
    path("rights/people/<int:pk>/edit/", rights_people.holder_edit, name="holder_edit"),
    path("rights/people/<int:pk>/grants/new/", rights_grants.grant_new, name="grant_new"),
    path("rights/people/<int:pk>/withdraw/", rights_withdraw.withdraw, name="withdraw"),
    path("rights/grants/<int:pk>/", rights_grants.grant_page, name="grant"),
    path("rights/grants/<int:pk>/change/", rights_grants.grant_change, name="grant_change"),
    path("rights/grants/<int:pk>/evidence/", rights_grants.grant_evidence, name="grant_evidence"),
    path("rights/grants/<int:pk>/pay/", rights_grants.grant_pay, name="grant_pay"),
    path("rights/withdrawals/", rights_withdraw.withdrawal_list, name="withdrawals"),
    path("rights/withdrawals/<int:pk>/", rights_withdraw.withdrawal_page, name="withdrawal"),
    path(
        "rights/withdrawals/<int:pk>/vectors/", rights_withdraw.withdrawal_vectors, name="withdrawal_vectors"
    ),
    path("rights/withdrawals/<int:pk>/report.csv", rights_withdraw.withdrawal_csv, name="withdrawal_csv"),
    path("rights/withdrawal-tasks/<int:pk>/done/", rights_withdraw.task_done, name="withdrawal_task_done"),
    path("rights/due/", rights_due.rights_due, name="rights_due"),
    path("rights/due.ics", rights_due.rights_due_ics, name="rights_due_ics"),
    path("rights/due.csv", rights_due.rights_due_csv, name="rights_due_csv"),
    path("p/<slug:code>/rights/credits/", rights_due.credits_page, name="rights_credits"),
    path("p/<slug:code>/rights/credits.csv", rights_due.credits_csv, name="rights_credits_csv"),
    path("p/<slug:code>/rights/payments/", rights_due.payments_page, name="rights_payments"),
    path("p/<slug:code>/rights/payments.csv", rights_due.payments_csv, name="rights_payments_csv"),
]
