"""Addresses of this app's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from qa.views import demo, flag, parts, playback, queue, retakes, verdict

urlpatterns: list[URLPattern] = [
    path("p/<slug:code>/review/", queue.review, name="review"),
    path("p/<slug:code>/review/start/", queue.review_start, name="review_start"),
    path("p/<slug:code>/review/views/", queue.review_save_view, name="review_save_view"),
    path("p/<slug:code>/review/verdicts/", verdict.review_verdicts, name="review_verdicts"),
    path("p/<slug:code>/review/undo/", verdict.review_undo, name="review_undo"),
    path("flags/<int:flag_id>/", flag.flag, name="flag"),
    path("flags/<int:flag_id>/heat.png", flag.flag_heat, name="flag_heat"),
    path("flags/<int:flag_id>/verdict/", verdict.flag_verdict, name="flag_verdict"),
    path("flags/<int:flag_id>/undo/", verdict.flag_undo, name="flag_undo"),
    path("flags/<int:flag_id>/claim/", verdict.flag_claim, name="flag_claim"),
    path("flags/<int:flag_id>/release/", verdict.flag_release, name="flag_release"),
    path("cuts/<int:cut_id>/playback.json", playback.cut_playback, name="cut_playback"),
    path("cuts/<int:cut_id>/flags/", parts.cut_flags, name="cut_flags"),
    path("cuts/<int:cut_id>/retakes/", parts.cut_retakes, name="cut_retakes"),
    path("takes/<int:take_id>/flags/", parts.take_flags, name="take_flags"),
    path("takes/<int:take_id>/check/", parts.take_check, name="take_check"),
    path("p/<slug:code>/retakes/", retakes.retakes, name="retakes"),
    path("p/<slug:code>/retakes.csv", retakes.retakes_csv, name="retakes_csv"),
    path("retakes/<int:retake_id>/due/", retakes.retake_due, name="retake_due"),
    path("retakes/<int:retake_id>/close/", retakes.retake_close, name="retake_close"),
    path("demo/", demo.demo, name="demo"),
]
