"""What consultation keeps of the registry's words, and for how long."""

from services.consultation.registry_client import Registry
from services.registry.reference import load_reference
from services.shared.identity import Tokens
from tests.support.apps import App


async def test_an_empty_vocabulary_is_asked_for_again(consultation: App, registry: App) -> None:
    settings = consultation.house.settings_for("consultation")
    asking = Registry(settings, Tokens(settings))
    try:
        assert await asking.areas() == {}
        async with registry.app.state.database.duty("test") as session:
            await load_reference(session)
        assert "12" in await asking.areas()
    finally:
        await asking.close()


async def test_words_are_kept_so_that_a_registry_that_is_down_for_a_moment_is_not_missed(
    consultation: App, registry: App
) -> None:
    settings = consultation.house.settings_for("consultation")
    asking = Registry(settings, Tokens(settings))
    try:
        async with registry.app.state.database.duty("test") as session:
            await load_reference(session)
        before = await asking.concepts("themes")
        consultation.house.down.add("registry")
        assert await asking.concepts("themes") == before
    finally:
        await asking.close()
