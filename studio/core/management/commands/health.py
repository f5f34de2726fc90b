"""`manage.py health`: how the installation is, in lines or as JSON; ends with 1 when something does not work."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from studio.core import health


class Command(BaseCommand):
    """Prints what the health page shows."""

    help = "Show how the installation is and what to do about it. Ends with 1 when something does not work."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the form of the output."""
        parser.add_argument("--json", action="store_true", help="print JSON for machines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Examine, print, and say by the exit status whether something does not work."""
        sections = health.examine()
        if options["json"]:
            self.stdout.write(json.dumps(_plain(sections), ensure_ascii=False, indent=2))
        else:
            self._print(sections)
        if any(section.state == health.BAD for section in sections):
            raise SystemExit(1)

    def _print(self, sections: list[health.Section]) -> None:
        marks = {health.BAD: "■", health.WARN: "▲", health.OK: "✓", health.NOTE: " "}
        for section in sections:
            self.stdout.write(f"{marks[section.state]} {section.title}")
            for each in section.findings:
                self.stdout.write(f"    {marks[each.state]} {each.name}: {each.value}")
                if each.do:
                    self.stdout.write(f"        {each.do}")


def _plain(sections: list[health.Section]) -> dict[str, Any]:
    found = [each for section in sections for each in section.findings]
    return {
        "state": health.worst(found),
        "sections": [
            {
                "key": section.key,
                "state": section.state,
                "findings": [
                    {
                        "name": each.name,
                        "value": each.value,
                        "state": each.state,
                        "code": each.code,
                        "do": each.do,
                    }
                    for each in section.findings
                ],
            }
            for section in sections
        ],
    }
