"""Static files under names that carry their content, our ES modules that import each other included."""

from __future__ import annotations

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

_IMPORTS = ((r"""(?P<matched>from\s*["'](?P<url>\./[^"']+)["'])""", 'from "%(url)s"'),)


class HashedFiles(ManifestStaticFilesStorage):
    """Rewrites `import "./x.js"` to the hashed name too, so that no browser mixes two versions of Sakkan.

    Django can do so for every script or for none; scripts of other packages name modules that are no files.
    """

    patterns = (*ManifestStaticFilesStorage.patterns, ("core/*.js", _IMPORTS), ("qa/*.js", _IMPORTS))
