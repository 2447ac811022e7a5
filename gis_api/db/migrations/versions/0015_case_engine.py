"""States, clocks, calendar, documents and the ladder of cases."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from alembic import op
from chinese_calendar import Holiday, constants

from gis_api.db.migrations.files import run_sql

revision = "0015_case_engine"
down_revision = "0014_import_tables"


def upgrade() -> None:
    run_sql(f"{revision}.up.sql")
    conn = op.get_bind()
    days = list(_published_days())
    for year in sorted({day["year"] for day in days}):
        conn.exec_driver_sql(
            "INSERT INTO work_calendar_year (year, source) VALUES (%(year)s, 'chinesecalendar')",
            {"year": year},
        )
    conn.exec_driver_sql(
        "INSERT INTO work_calendar (day, year, is_working, name)"
        " VALUES (%(day)s, %(year)s, %(is_working)s, %(name)s)",
        days,
    )


def downgrade() -> None:
    run_sql(f"{revision}.down.sql")


def _published_days() -> Iterator[dict[str, Any]]:
    """Days that the published notices (国务院办公厅节假日安排) set apart from a plain week."""
    names = {holiday.value: holiday.chinese for holiday in Holiday}
    published: tuple[tuple[dict[date, str], bool], ...] = (
        (constants.holidays, False),
        (constants.workdays, True),
    )
    for days, is_working in published:
        for day, name in sorted(days.items()):
            if (day.weekday() < 5) is not is_working:
                yield {
                    "day": day, "year": day.year, "is_working": is_working,
                    "name": names.get(name, name)[:40],
                }  # fmt: skip
