"""Addresses of this app's API, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from assets.api import (
    audit,
    auth,
    cleanups,
    colours,
    cut_table,
    cuts,
    datasets,
    derived,
    designs,
    jobs,
    notices,
    productions,
    sheets,
    sign_offs,
    takes,
    tus,
    uploads,
    urls_rights_people,
    urls_rights_questions,
    views,
)

_WHO = [
    path("auth/login/", auth.Login.as_view(), name="api_login"),
    path("auth/logout/", auth.Logout.as_view(), name="api_logout"),
    path("auth/tokens/", auth.Tokens.as_view(), name="api_tokens"),
    path("auth/tokens/<str:key>/", auth.Token.as_view(), name="api_token"),
    path("me/", auth.Me.as_view(), name="api_me"),
    path("me/views/", views.SavedViews.as_view(), name="api_saved_views"),
    path("me/views/<int:pk>/", views.OneSavedView.as_view(), name="api_saved_view"),
    path("me/cuts/", cuts.MyCuts.as_view(), name="api_my_cuts"),
    path("me/notices/", notices.Notices.as_view(), name="api_notices"),
    path("me/notices/read/", notices.ReadNotices.as_view(), name="api_notices_read"),
    path("me/notice-choices/", notices.NoticeChoices.as_view(), name="api_notice_choices"),
]
_PRODUCTIONS = [
    path("productions/", productions.Productions.as_view(), name="api_productions"),
    path("productions/<slug:code>/", productions.OneProduction.as_view(), name="api_production"),
    path("productions/<slug:code>/naming-rules/", productions.NamingRules.as_view(), name="api_naming_rules"),
    path("productions/<slug:code>/members/", productions.Members.as_view(), name="api_members"),
    path("members/<int:pk>/", productions.Member.as_view(), name="api_member"),
    path("productions/<slug:code>/episodes/", productions.Episodes.as_view(), name="api_episodes"),
    path("episodes/<int:pk>/", productions.OneEpisode.as_view(), name="api_episode"),
    path("productions/<slug:code>/audit/", audit.Audit.as_view(), name="api_audit"),
]
_WEBHOOKS = [
    path("productions/<slug:code>/webhooks/", notices.Webhooks.as_view(), name="api_webhooks"),
    path("webhooks/<int:pk>/", notices.OneWebhook.as_view(), name="api_webhook"),
    path("webhooks/<int:pk>/secret/", notices.WebhookSecret.as_view(), name="api_webhook_secret"),
    path("webhooks/<int:pk>/test/", notices.TestWebhook.as_view(), name="api_webhook_test"),
    path("webhooks/<int:pk>/deliveries/", notices.Deliveries.as_view(), name="api_deliveries"),
    path("deliveries/<uuid:pk>/", notices.OneDelivery.as_view(), name="api_delivery"),
    path("deliveries/<uuid:pk>/again/", notices.SendAgain.as_view(), name="api_delivery_again"),
]
_CUTS = [
    path("cuts/", cuts.Cuts.as_view(), name="api_cuts"),
    path("productions/<slug:code>/cuts/csv/", cut_table.CutsCsv.as_view(), name="api_cuts_csv"),
    path("episodes/<int:pk>/cuts/", cuts.EpisodeCuts.as_view(), name="api_episode_cuts"),
    path("cuts/<int:pk>/", cuts.OneCut.as_view(), name="api_cut"),
    path("cuts/<int:pk>/cast/", cuts.Cast.as_view(), name="api_cut_cast"),
    path("cuts/<int:pk>/sign-offs/", sign_offs.SignOffs.as_view(), name="api_sign_offs"),
    path("cuts/<int:pk>/sign-offs/revoke/", sign_offs.RevokeSignOff.as_view(), name="api_sign_off_revoke"),
    path("cuts/<int:pk>/shared/", cuts.Shared.as_view(), name="api_cut_shared"),
    path("cuts/<int:pk>/stages/<str:stage>/", cuts.OneStage.as_view(), name="api_cut_stage"),
]
_DESIGNS = [
    path("productions/<slug:code>/characters/", designs.Characters.as_view(), name="api_characters"),
    path("productions/<slug:code>/designs/", designs.Designs.as_view(), name="api_designs"),
    path("characters/<int:pk>/designs/", designs.CharacterDesigns.as_view(), name="api_character_designs"),
    path("designs/<int:pk>/", designs.OneDesign.as_view(), name="api_design"),
]
_SHEETS = [
    path("productions/<slug:code>/sheets/", sheets.Sheets.as_view(), name="api_sheets"),
    path("designs/<int:pk>/sheets/", sheets.DesignSheets.as_view(), name="api_design_sheets"),
    path("sheets/<int:pk>/", sheets.Sheet.as_view(), name="api_sheet"),
    path("sheets/<int:pk>/submit/", sheets.SubmitSheet.as_view(), name="api_sheet_submit"),
    path("sheets/<int:pk>/approve/", sheets.ApproveSheet.as_view(), name="api_sheet_approve"),
    path("sheets/<int:pk>/send-back/", sheets.SendSheetBack.as_view(), name="api_sheet_send_back"),
    path("sheets/<int:pk>/drawings/", sheets.SheetDrawings.as_view(), name="api_sheet_drawings"),
    path("sheet-drawings/<int:pk>/", sheets.OneSheetDrawing.as_view(), name="api_sheet_drawing"),
    path(
        "sheet-drawings/<int:pk>/picture.png", sheets.SheetPicture.as_view(), name="api_sheet_drawing_picture"
    ),
    path("sheet-drawings/<int:pk>/pick/", colours.Pick.as_view(), name="api_swatch_pick"),
    path("sheets/<int:pk>/swatches/", colours.Swatches.as_view(), name="api_swatches"),
    path("sheets/<int:pk>/palette/", colours.Palette.as_view(), name="api_palette"),
]
_UPLOADS = [
    path("uploads/", uploads.Uploads.as_view(), name="api_uploads"),
    path("cuts/<int:pk>/uploads/", uploads.CutUploads.as_view(), name="api_cut_uploads"),
    path("cuts/<int:pk>/uploads/understand/", uploads.Understand.as_view(), name="api_understand"),
    path("uploads/<uuid:pk>/", uploads.OneUpload.as_view(), name="api_upload"),
    path("uploads/<uuid:pk>/submit/", uploads.SubmitUpload.as_view(), name="api_upload_submit"),
    path("uploads/<uuid:pk>/files/", tus.UploadFiles.as_view(), name="api_upload_files"),
    path("upload-files/<uuid:pk>/", tus.TusFile.as_view(), name="api_tus_file"),
]
_TAKES = [
    path("takes/", takes.Takes.as_view(), name="api_takes"),
    path("takes/<int:pk>/", takes.OneTake.as_view(), name="api_take"),
    path("takes/<int:pk>/drawings/", takes.TakeDrawings.as_view(), name="api_take_drawings"),
    path("drawings/<int:pk>/", takes.OneDrawing.as_view(), name="api_drawing"),
    path("drawings/<int:pk>/picture.png", takes.DrawingPicture.as_view(), name="api_drawing_picture"),
]
_DERIVED = [
    path("productions/<slug:code>/engines/", derived.Engines.as_view(), name="api_engines"),
    path("cuts/<int:pk>/derived/", derived.CutDerived.as_view(), name="api_cut_derived"),
    path("cuts/<int:pk>/derived/fill/", derived.FillCut.as_view(), name="api_cut_derived_fill"),
    path("cuts/<int:pk>/cleanup/", cleanups.CutCleanup.as_view(), name="api_cut_cleanup"),
    path("cleanups/<int:pk>/steer/", cleanups.SteerCleanup.as_view(), name="api_cleanup_steer"),
    path("cleanup-drawings/<int:pk>/drawing.svg", cleanups.CleanSvg.as_view(), name="api_cleanup_svg"),
    path(
        "cleanup-drawings/<int:pk>/layers/<slug:layer>.png",
        cleanups.CleanLayer.as_view(),
        name="api_cleanup_layer",
    ),
    path("productions/<slug:code>/line-styles/", cleanups.LineStyles.as_view(), name="api_line_styles"),
    path("derived/", derived.AllDerived.as_view(), name="api_derived_list"),
    path("derived/<int:pk>/", derived.OneDerived.as_view(), name="api_derived"),
    path("derived/<int:pk>/steer/", derived.SteerDerived.as_view(), name="api_derived_steer"),
    path("derived/<int:pk>/accept/", derived.AcceptDerived.as_view(), name="api_derived_accept"),
    path("derived/<int:pk>/reject/", derived.RejectDerived.as_view(), name="api_derived_reject"),
    path("derived/<int:pk>/sidecar.json", derived.Sidecar.as_view(), name="api_derived_sidecar"),
    path("derived-drawings/<int:pk>/correct/", derived.CorrectDrawing.as_view(), name="api_derived_correct"),
    path(
        "derived-drawings/<int:pk>/picture.png",
        derived.DraftPicture.as_view(),
        name="api_derived_drawing_picture",
    ),
    path("derived-keys/<int:pk>/picture.png", derived.KeyPicture.as_view(), name="api_derived_key_picture"),
]
_REST = [
    path("productions/<slug:code>/datasets/", datasets.Datasets.as_view(), name="api_datasets"),
    path("datasets/<int:pk>/", datasets.OneDataset.as_view(), name="api_dataset"),
    path("datasets/<int:pk>/evidence/", datasets.DatasetEvidence.as_view(), name="api_dataset_evidence"),
    path("evidence/<int:pk>/", datasets.EvidenceFile.as_view(), name="api_evidence"),
    path("jobs/", jobs.Jobs.as_view(), name="api_jobs"),
    path("jobs/<uuid:pk>/", jobs.OneJob.as_view(), name="api_job"),
    path("jobs/<uuid:pk>/cancel/", jobs.CancelJob.as_view(), name="api_job_cancel"),
    path("jobs/<uuid:pk>/retry/", jobs.RetryJob.as_view(), name="api_job_retry"),
]
urlpatterns: list[URLPattern] = [
    *_WHO,
    *_PRODUCTIONS,
    *_WEBHOOKS,
    *_CUTS,
    *_DESIGNS,
    *_SHEETS,
    *_UPLOADS,
    *_TAKES,
    *_DERIVED,
    *_REST,
    *urls_rights_questions.urlpatterns,
    *urls_rights_people.urlpatterns,
]
