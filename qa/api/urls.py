"""Addresses of this app's API, below /api/v1/, and the answer to an address that is none."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from assets.api.nowhere import nowhere
from qa.api import checks, comments, corrections, flags, retakes, season, similar

urlpatterns: list[URLPattern] = [
    path("productions/<slug:code>/flags/", flags.Flags.as_view(), name="api_flags"),
    path("productions/<slug:code>/flags/next/", flags.NextFlag.as_view(), name="api_flag_next"),
    path("productions/<slug:code>/flags/groups/", flags.FlagGroups.as_view(), name="api_flag_groups"),
    path("productions/<slug:code>/season/", season.SeasonLines.as_view(), name="api_season"),
    path("cuts/<int:pk>/flags/", flags.CutFlags.as_view(), name="api_cut_flags"),
    path("flags/verdicts/", flags.GiveVerdicts.as_view(), name="api_flag_verdicts"),
    path("flags/assign/", flags.AssignFlags.as_view(), name="api_flag_assign"),
    path("flags/<int:pk>/", flags.OneFlag.as_view(), name="api_flag"),
    path("flags/<int:pk>/heat.png", flags.FlagHeat.as_view(), name="api_flag_heat"),
    path("flags/<int:pk>/laid.png", flags.FlagLaid.as_view(), name="api_flag_laid"),
    path("flags/<int:pk>/verdict/", flags.GiveVerdict.as_view(), name="api_flag_verdict"),
    path("flags/<int:pk>/undo/", flags.UndoVerdict.as_view(), name="api_flag_undo"),
    path("flags/<int:pk>/claim/", flags.Claim.as_view(), name="api_flag_claim"),
    path("takes/<int:pk>/check/", checks.Check.as_view(), name="api_take_check"),
    path("productions/<slug:code>/retakes/", retakes.Retakes.as_view(), name="api_retakes"),
    path("episodes/<int:pk>/retakes.csv", retakes.RetakesCsv.as_view(), name="api_retakes_csv"),
    path("productions/<slug:code>/retakes.csv", retakes.RetakesTable.as_view(), name="api_retakes_table"),
    path("productions/<slug:code>/retakes.pdf", retakes.RetakesSheet.as_view(), name="api_retakes_pdf"),
    path("productions/<slug:code>/retakes/due/", retakes.RetakesDue.as_view(), name="api_retakes_due"),
    path("productions/<slug:code>/retakes/close/", retakes.RetakesClose.as_view(), name="api_retakes_close"),
    path("takes/<int:pk>/retake/", retakes.RetakeByHand.as_view(), name="api_take_retake"),
    path("retake-lines/<int:pk>/", retakes.WithdrawLine.as_view(), name="api_retake_line"),
    path("retakes/<int:pk>/", retakes.OneRetake.as_view(), name="api_retake"),
    path("retakes/<int:pk>/close/", retakes.CloseRetake.as_view(), name="api_retake_close"),
    path("takes/<int:pk>/comments/", comments.TakeComments.as_view(), name="api_take_comments"),
    path("comments/<int:pk>/", comments.OneComment.as_view(), name="api_comment"),
    path("comments/<int:pk>/resolve/", comments.ResolveComment.as_view(), name="api_comment_resolve"),
    path("comments/<int:pk>/reopen/", comments.ReopenComment.as_view(), name="api_comment_reopen"),
    path("comments/<int:pk>/withdraw/", comments.WithdrawComment.as_view(), name="api_comment_withdraw"),
    path("episodes/<int:pk>/comments.csv", comments.CommentsCsv.as_view(), name="api_comments_csv"),
    path("drawings/<int:pk>/corrections/", corrections.Corrections.as_view(), name="api_corrections"),
    path(
        "drawings/<int:pk>/corrections/erase/",
        corrections.EraseStrokes.as_view(),
        name="api_correction_erase",
    ),
    path(
        "drawings/<int:pk>/corrections/restore/",
        corrections.RestoreStrokes.as_view(),
        name="api_correction_restore",
    ),
    path("drawings/<int:pk>/similar/", similar.SimilarToDrawing.as_view(), name="api_drawing_similar"),
    path(
        "sheet-drawings/<int:pk>/similar/",
        similar.SimilarToSheetDrawing.as_view(),
        name="api_sheet_drawing_similar",
    ),
    re_path("^", nowhere, name="api_nowhere"),  # the last word of the API: keep it last
]
