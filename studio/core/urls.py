"""Addresses of the kernel's own pages."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from studio.core import views

urlpatterns: list[URLPattern] = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("language/", views.choose_language, name="set_language"),
    path("theme/", views.choose_theme, name="theme"),
    path("help/", views.help_page, name="help"),
    path("health/", views.health, name="health"),
    path("health/ready/", views.ready, name="ready"),
]
