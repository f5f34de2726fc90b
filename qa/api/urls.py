"""Addresses of this app's API, below /api/v1/, and the answer to an address that is none."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from assets.api.nowhere import nowhere
from qa.api import checks, flags, retakes

urlpatterns: list[URLPattern] = [
    path("productions/<slug:code>/flags/", flags.Flags.as_view(), name="api_flags"),
    path("productions/<slug:code>/flags/next/", flags.NextFlag.as_view(), name="api_flag_next"),
    path("productions/<slug:code>/flags/groups/", flags.FlagGroups.as_view(), name="api_flag_groups"),
    path("cuts/<int:pk>/flags/", flags.CutFlags.as_view(), name="api_cut_flags"),
    path("flags/verdicts/", flags.GiveVerdicts.as_view(), name="api_flag_verdicts"),
    path("flags/<int:pk>/", flags.OneFlag.as_view(), name="api_flag"),
    path("flags/<int:pk>/heat.png", flags.FlagHeat.as_view(), name="api_flag_heat"),
    path("flags/<int:pk>/verdict/", flags.GiveVerdict.as_view(), name="api_flag_verdict"),
    path("flags/<int:pk>/undo/", flags.UndoVerdict.as_view(), name="api_flag_undo"),
    path("flags/<int:pk>/claim/", flags.Claim.as_view(), name="api_flag_claim"),
    path("takes/<int:pk>/check/", checks.Check.as_view(), name="api_take_check"),
    path("productions/<slug:code>/retakes/", retakes.Retakes.as_view(), name="api_retakes"),
    path("episodes/<int:pk>/retakes.csv", retakes.RetakesCsv.as_view(), name="api_retakes_csv"),
    path("retakes/<int:pk>/", retakes.OneRetake.as_view(), name="api_retake"),
    path("retakes/<int:pk>/close/", retakes.CloseRetake.as_view(), name="api_retake_close"),
    re_path("^", nowhere, name="api_nowhere"),  # the last word of the API: keep it last
]
