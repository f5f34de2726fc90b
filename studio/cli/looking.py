"""`sakkan login`, `sakkan status` and `sakkan pull`: small things around a push."""

from __future__ import annotations

import argparse
import csv
import getpass
import io
import sys
from pathlib import Path
from typing import Any

from studio.cli import config, lookup, table
from studio.cli.client import Client
from studio.cli.config import Account
from studio.cli.errors import OK


def login(args: argparse.Namespace) -> int:
    """Fetch a token with name and password, or try the one that is given, and write it down."""
    url = args.url.rstrip("/")
    if args.token:
        token = args.token
    else:
        name = args.user or input("Name: ")
        password = sys.stdin.readline().rstrip("\n") if args.password_stdin else getpass.getpass()
        token = Client(Account(url, "")).post("auth/login/", username=name, password=password)["token"]
    account = Account(url, token)
    me = Client(account).get("me/")
    path = config.keep(account)
    print(f"Signed in at {url} as {me['name']}. The token is in {path}.")
    return OK


def status(client: Client, args: argparse.Namespace) -> int:
    """Show where cuts stand: one cut with its takes and flags, or a list."""
    if args.cut:
        return _status_of_cut(client, lookup.cut(client, args.cut, args.production))
    path = "me/cuts/" if args.mine else "cuts/"
    rows = [
        [row["production"], row["code"], _stages(row), row["due_on"] or ""]
        for row in client.listed(path, production=args.production)
    ]
    print("\n".join(table.lines(["production", "cut", "stages", "due"], rows)))
    return OK


def pull(client: Client, args: argparse.Namespace) -> int:
    """Fetch the retake list of an episode as CSV."""
    production = lookup.production(client, args.production)
    episode = lookup.episode(client, production["code"], args.episode)
    data = client.bytes(f"episodes/{episode['id']}/retakes.csv")
    target = Path(args.output or f"{production['code']}_{episode['code']}_retakes.csv")
    target.write_bytes(data)
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    print(f"{target}: {len(lines) - 1} lines")
    return OK


def _status_of_cut(client: Client, cut: dict[str, Any]) -> int:
    print(f"{cut['production']} {cut['code']}" + (" (dropped)" if cut["omitted"] else ""))
    stages = [
        [row["stage"], row["state"], row["assignee"]["name"] if row["assignee"] else "", row["due_on"] or ""]
        for row in cut["stages"]
    ]
    print("\n".join(table.lines(["stage", "state", "who", "due"], stages)))
    for take in client.listed("takes/", cut=cut["id"]):
        print(f"{take['stage']} T{take['number']}  {take['submitted_at'][:16]}")
    flagged = list(client.listed(f"cuts/{cut['id']}/flags/"))
    if flagged:
        print("\n".join(table.flags(flagged)))
    return OK


def _stages(cut: dict[str, Any]) -> str:
    return ", ".join(f"{row['stage']} {row['state']}" for row in cut["stages"])
