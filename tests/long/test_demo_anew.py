"""Data that can't be opened any more is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo import postgres
from tests.support.running import answers, end, start

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


def test_data_whose_secrets_are_lost_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    running = start(folder, ["--people"])
    try:
        running.wait_until_ready()
        assert running.press_ctrl_c() == 0
        (folder / "secrets.json").write_text("{broken")
        running = start(folder, ["--people"])
        running.wait_until_ready()
        assert answers(f"{running.address}/") == 200
        assert "newest revision" in running.words(), "the old data is gone"
    finally:
        end(running)
        postgres.erase(folder / "postgres")
