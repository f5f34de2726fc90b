"""How well rough drawings become clean lines, beside Otsu's threshold, potrace and vtracer."""
