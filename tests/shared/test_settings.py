import pytest
from pydantic import ValidationError

from services.shared.settings import Settings


def test_one_environment_describes_every_process() -> None:
    environment = {
        "OT_REGISTRY_DATABASE": "postgresql://a",
        "OT_REPORTING_DATABASE": "postgresql://b",
        "OT_DEMO": "1",
        "OT_KEYS_DATABASE": "postgresql://k",
    }
    registry, reporting = Settings.load("registry", environment), Settings.load("reporting", environment)
    assert (registry.database, reporting.database) == ("postgresql://a", "postgresql://b")
    assert registry.demo
    assert reporting.demo
    assert registry.keys_database == "postgresql://k"


def test_a_process_may_have_its_own_value() -> None:
    environment = {"OT_SWEEP_SECONDS": "60", "OT_REPORTING_SWEEP_SECONDS": "5"}
    assert Settings.load("reporting", environment).sweep_seconds == 5
    assert Settings.load("registry", environment).sweep_seconds == 60


def test_a_value_that_cannot_be_understood_is_said_at_once() -> None:
    with pytest.raises(ValidationError):
        Settings.load("registry", {"OT_SWEEP_SECONDS": "soon"})


def test_the_master_key_is_never_shown() -> None:
    assert "c2VjcmV0" not in repr(Settings(process="consultation", master_key="c2VjcmV0"))


def test_an_address_has_no_slash_at_its_end() -> None:
    assert Settings(process="x", registry_url="http://r:1/").address_of("registry") == "http://r:1"


def test_time_is_moved_in_a_demo_alone() -> None:
    assert Settings.load("registry", {"OT_CLOCK_FILE": "clock.json", "OT_DEMO": "true"}).clock_file
    with pytest.raises(ValidationError, match="OT_CLOCK_FILE"):
        Settings.load("registry", {"OT_CLOCK_FILE": "clock.json"})
