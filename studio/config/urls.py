"""All addresses: pages of each app, then the API."""

from __future__ import annotations

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("", include("studio.core.urls")),
    path("", include("assets.urls")),
    path("", include("qa.urls")),
    path("api/v1/", include("assets.api.urls")),
    path("api/v1/", include("qa.api.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api_docs"),
]
