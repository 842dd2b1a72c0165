"""Past cases are copied in beside whoever reads: a service that is sweeping meanwhile isn't waited for."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.errors import LockNotAvailable

from demo.story.history_rows import Rows
from demo.story.history_write import Keys, write_cases
from tests.support.apps import App, House

pytestmark = pytest.mark.anyio
AT_ONCE = "-c lock_timeout=200ms"


async def test_only_whoever_cannot_pass_the_policies_lifts_them(house: House, consultation: App) -> None:
    superuser = house.databases.superuser("consultation")
    owner = house.databases["consultation"].owner
    passing = make_conninfo(house.databases.admin, dbname=superuser.info.dbname)
    with psycopg.connect(consultation.app.state.settings.database) as sweeping:
        sweeping.execute("select from cases")
        for address, writes in ((passing, True), (owner, False)):
            settings = house.settings_for("consultation", owner_database=make_conninfo(address, options=AT_ONCE))
            if writes:
                await write_cases(settings, Keys(settings), Rows(), {})
            else:
                with pytest.raises(LockNotAvailable):
                    await write_cases(settings, Keys(settings), Rows(), {})
    forced = superuser.execute("select bool_and(relforcerowsecurity) from pg_class where relrowsecurity").fetchone()
    superuser.close()
    assert forced == (True,)
