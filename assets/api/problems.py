"""What intake says about a file, in the shape of the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class ProblemSerializer(serializers.Serializer):
    """A problem: a stable code, the sentence with the way out, what it is about, and how grave it is."""

    code = serializers.CharField()
    message = serializers.CharField()
    severity = serializers.CharField()
    data: Any = serializers.DictField(child=serializers.JSONField(allow_null=True))
