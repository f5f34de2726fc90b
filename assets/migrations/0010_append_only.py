"""What was written once stays: the database itself refuses an UPDATE of these tables.

A query set's `update()` and plain SQL pass by the model's own guard; a trigger does not let them. Rows may still be
deleted with what they belong to, and nothing here stops somebody who may drop triggers: the hash chain finds that.
"""

from django.db import migrations

TABLES = (
    "approval", "gatedecision", "grant", "itemstanding", "licencereading", "modelblock", "modelinput", "modelparent",
    "modelversion", "payment", "policyprofile", "revocation", "run", "source", "waiver", "waiverdecision",
    "withdrawal",
)  # fmt: skip

_POSTGRESQL = """
CREATE OR REPLACE FUNCTION sakkan_append_only() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql;
"""


def add(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(_POSTGRESQL, params=None)
    for table in TABLES:
        name = f"assets_{table}"
        if vendor == "postgresql":
            schema_editor.execute(
                f'CREATE TRIGGER {name}_append_only BEFORE UPDATE ON "{name}" '
                "FOR EACH ROW EXECUTE FUNCTION sakkan_append_only()"
            )
        elif vendor == "sqlite":
            schema_editor.execute(
                f'CREATE TRIGGER {name}_append_only BEFORE UPDATE ON "{name}" '
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )


def remove(apps, schema_editor):
    for table in TABLES:
        on = f' ON "assets_{table}"' if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS assets_{table}_append_only{on}")


class Migration(migrations.Migration):
    dependencies = [("assets", "0009_rights")]

    operations = [migrations.RunPython(add, remove)]
