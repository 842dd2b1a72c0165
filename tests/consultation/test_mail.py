"""Mail that says only that something waits: over a real server, once for each, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.consultation.notifications.operations import notify
from services.consultation.notifications.post import BUSY_FOR, LONGEST_PAUSE, Post
from services.consultation.settings import ConsultationSettings
from services.shared.clock import MovedClock
from services.shared.identity import Caller
from services.shared.mail import MailServer
from tests.builders.answers import Consultation, a_consultation
from tests.builders.cases import CANARIES, a_case, a_coordinator, the_world
from tests.builders.work import ok
from tests.support.apps import App
from tests.support.mailbox import Mailbox, free_port, open_mailbox

pytestmark = pytest.mark.anyio

ISSUER = "https://login.example"
FRONT = "http://gateway.test"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        yield opened


@pytest.fixture
async def made(consultation: App, registry: App) -> Consultation:
    """A case whose people have signed in, so that they have addresses."""
    found = await a_consultation(consultation)
    for one in (found.asker, found.coordinator, *found.team):
        await known(registry, one)
    return found


async def known(registry: App, person: Caller, *, language: str = "fi", mail: str = "each") -> None:
    """The registry's row of a person that a builder made up."""
    with registry.house.databases.superuser("registry") as connection:
        connection.execute(
            "insert into person (id, issuer, subject, name, email, email_verified, language, mail, example, version)"
            " values (%s, %s, %s, %s, %s, true, %s, %s, false, 1)",
            [person.id, ISSUER, person.id, person.name, address_of(person), language, mail],
        )


def choose(registry: App, person: Caller, mail: str) -> None:
    with registry.house.databases.superuser("registry") as connection:
        connection.execute("update person set mail = %s where id = %s", [mail, person.id])


def address_of(person: Caller) -> str:
    return f"{person.id}@county.example"


def post(consultation: App, smtp: str) -> Post:
    settings = consultation.house.settings_for("consultation", smtp_url=smtp)
    assert isinstance(settings, ConsultationSettings)
    state = consultation.app.state
    return Post(state.database, state.registry, settings, state.clock)


async def say(made: Consultation, by: Caller, text: str = "Hei") -> None:
    ok(await made.as_(by).post(f"{made.path}/messages", json={"text": text}))


def unmailed(app: App) -> int:
    with app.house.databases.superuser("consultation") as connection:
        query = "select count(*) from notifications where mailed_at is null and person_id is not null"
        return int(connection.execute(query).fetchone()[0])  # type: ignore[index]


async def test_a_nudge_says_that_something_waits_and_nothing_more(
    made: Consultation, consultation: App, box: Mailbox
) -> None:
    await say(made, made.asker, CANARIES[1])
    await post(consultation, box.address).send_nudges()
    (letter,) = box.to(address_of(made.chair))
    assert letter["Subject"] == "OT-verkko: jotain odottaa sinua"
    text = letter.get_content().replace("\r\n", "\n")
    assert f"{FRONT}/\n" in text
    assert f"{FRONT}/me/settings" in text
    assert letter["List-Unsubscribe"] == f"<{FRONT}/me/settings>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert all(letter[name] for name in ("Date", "Message-ID"))
    assert letter.get_content_type() == "text/plain"
    whole = "\n".join(one.as_string() + str(one.get_content()) for one in box.letters)
    told = [made.code, str(made.id), made.asker.name, made.chair.name, "Kanarialintu", "viesti keskustelussa"]
    assert [one for one in told if one in whole] == []
    assert len(box.letters) == 3, "the coordinator, the chair and the member; not the one who wrote"


async def test_each_in_their_language(made: Consultation, consultation: App, registry: App, box: Mailbox) -> None:
    with registry.house.databases.superuser("registry") as connection:
        for person, language in ((made.chair, "sv"), (made.coordinator, "en")):
            connection.execute("update person set language = %s where id = %s", [language, person.id])
    await say(made, made.asker)
    await post(consultation, box.address).send_nudges()
    assert box.to(address_of(made.chair))[0]["Subject"] == "OT-verkko: något väntar på dig"
    assert box.to(address_of(made.coordinator))[0]["Subject"] == "OT-verkko: something waits for you"


async def test_several_things_are_one_mail_and_nothing_is_mailed_twice(
    made: Consultation, consultation: App, box: Mailbox
) -> None:
    await say(made, made.asker)
    async with consultation.app.state.database.write(made.asker) as session:
        await notify(session, made.id, "case.completed")
    sender = post(consultation, box.address)
    await sender.send_nudges()
    await sender.send_nudges()
    await say(made, made.asker)  # unseen still: the line grows newer, the mailbox does not fill
    await sender.send_nudges()
    assert len(box.to(address_of(made.chair))) == 1
    assert unmailed(consultation) == 0


async def test_two_people_with_one_address_are_both_nudged(
    made: Consultation, consultation: App, registry: App, box: Mailbox
) -> None:
    with registry.house.databases.superuser("registry") as connection:
        connection.execute("update person set email = 'office@county.example'")
    await say(made, made.asker)
    await post(consultation, box.address).send_nudges()
    assert len(box.letters) == 3
    assert unmailed(consultation) == 0


async def test_what_was_seen_meanwhile_needs_no_mail(made: Consultation, consultation: App, box: Mailbox) -> None:
    await say(made, made.asker)
    ok(await made.as_(made.chair).get(made.path))
    await post(consultation, box.address).send_nudges()
    assert box.to(address_of(made.chair)) == []


@pytest.mark.parametrize("mail", ["digest", "none"])
async def test_who_chose_otherwise_gets_no_nudge(
    made: Consultation, consultation: App, registry: App, box: Mailbox, mail: str
) -> None:
    choose(registry, made.chair, mail)
    await say(made, made.asker)
    await post(consultation, box.address).send_nudges()
    assert box.to(address_of(made.chair)) == []
    assert len(box.letters) == 2
    assert unmailed(consultation) == 0


async def test_a_server_that_is_down_blocks_nothing_and_loses_nothing(
    made: Consultation, consultation: App, box: Mailbox, clock: MovedClock
) -> None:
    down = post(consultation, f"smtp://127.0.0.1:{free_port()}")
    await say(made, made.asker)
    await down.send_nudges()
    await say(made, made.coordinator)
    assert unmailed(consultation) == 4
    up = post(consultation, box.address)
    await up.send_nudges()
    assert len(box.letters) == 1, "the asker's is new, the others wait for their time"
    clock.move(LONGEST_PAUSE)
    await up.send_nudges()
    assert len(box.letters) == 4
    assert unmailed(consultation) == 0


async def test_one_address_that_is_refused_stops_no_other(
    made: Consultation, consultation: App, box: Mailbox, clock: MovedClock
) -> None:
    box.refusals = {address_of(made.chair): "451 later", address_of(made.coordinator): "550 nobody here"}
    await say(made, made.asker)
    sender = post(consultation, box.address)
    await sender.send_nudges()
    assert [one["To"] for one in box.letters] == [address_of(made.members[0])]
    assert unmailed(consultation) == 1, "refused for good is settled, refused for now is not"
    box.refusals = {}
    clock.move(LONGEST_PAUSE)
    await sender.send_nudges()
    assert len(box.to(address_of(made.chair))) == 1


async def test_a_registry_that_is_down_only_puts_it_off(
    made: Consultation, consultation: App, box: Mailbox, clock: MovedClock
) -> None:
    await say(made, made.asker)
    sender = post(consultation, box.address)
    consultation.house.down.add("registry")
    await sender.send_nudges()
    assert (box.letters, unmailed(consultation)) == ([], 3)
    consultation.house.down.clear()
    clock.move(LONGEST_PAUSE)
    await sender.send_nudges()
    assert len(box.letters) == 3


async def test_a_sender_that_dies_leaves_what_it_held_to_the_next(
    made: Consultation, consultation: App, box: Mailbox, clock: MovedClock
) -> None:
    await say(made, made.asker)
    assert len(await post(consultation, box.address)._claim()) == 3
    sender = post(consultation, box.address)
    await sender.send_nudges()
    assert box.letters == [], "another process holds them"
    clock.move(BUSY_FOR)
    await sender.send_nudges()
    assert len(box.letters) == 3


async def test_without_a_server_nothing_is_sent_and_the_service_tells_all_the_same(
    made: Consultation, consultation: App
) -> None:
    await say(made, made.asker)
    await post(consultation, "").send_nudges()
    await post(consultation, "").send_digests()
    assert ok(await made.as_(made.chair).get("/v1/notifications/count"))["unseen"] == 1


async def digests_at(consultation: App, box: Mailbox, clock: MovedClock, hour: float, *, days: int = 0) -> int:
    """How many went out at that hour in Finland of the test's Tuesday (or days later)."""
    clock.set(datetime(2026, 11, 24, tzinfo=UTC) + timedelta(days=days, hours=hour - 2))
    before = len(box.letters)
    await post(consultation, box.address).send_digests()
    return len(box.letters) - before


async def test_a_digest_is_a_number_on_a_weekday_morning(
    made: Consultation, consultation: App, registry: App, box: Mailbox, clock: MovedClock
) -> None:
    choose(registry, made.chair, "digest")
    await say(made, made.asker)
    async with consultation.app.state.database.write(made.asker) as session:
        await notify(session, made.id, "case.completed")
    assert await digests_at(consultation, box, clock, 7.4) == 0
    assert await digests_at(consultation, box, clock, 7.6) == 1
    (letter,) = box.letters
    assert (letter["To"], letter["Subject"]) == (address_of(made.chair), "OT-verkko: 2 asiaa odottaa sinua")
    assert made.code not in letter.as_string() + letter.get_content()
    assert await digests_at(consultation, box, clock, 8) == 0, "once a day"
    assert await digests_at(consultation, box, clock, 8, days=4) == 0, "not on a Saturday"
    assert await digests_at(consultation, box, clock, 8, days=6) == 1
    ok(await made.as_(made.chair).get(made.path))
    assert await digests_at(consultation, box, clock, 8, days=7) == 0, "nothing waits"


async def test_a_digest_that_could_not_be_sent_comes_later_the_same_morning(
    made: Consultation, consultation: App, registry: App, box: Mailbox, clock: MovedClock
) -> None:
    choose(registry, made.chair, "digest")
    await say(made, made.asker)
    silent = Mailbox(address=f"smtp://127.0.0.1:{free_port()}")
    assert await digests_at(consultation, silent, clock, 7.6) == 0
    assert await digests_at(consultation, box, clock, 8) == 1


async def test_what_is_addressed_to_a_centre_reaches_its_deputies_then_all(consultation: App, registry: App) -> None:
    people = await the_world(consultation, registry)
    deputy = await a_coordinator(registry, "Pekka Nousiainen", "ita", deputy=True)
    case = await a_case(consultation, registry, people=people)

    async def reached(kind: str) -> set[str]:
        async with consultation.app.state.database.duty("clocks") as session:
            await notify(session, UUID(case.id), kind, data={"clock": "receipt"})
        consultation.house.down.add("registry")
        with pytest.raises(Exception, match="service_unavailable"):
            await post(consultation, "").deliver_to_centres()
        consultation.house.down.clear()
        await post(consultation, "").deliver_to_centres()
        with consultation.house.databases.superuser("consultation") as connection:
            query = "select person_id, of_centre from notifications where kind = %s"
            found: list[Any] = connection.execute(query, [kind]).fetchall()
        assert all(of_centre is None for _, of_centre in found)
        return {str(person) for person, _ in found}

    assert await reached("case.clock_late") == {people.asker.id, people.coordinator.id, deputy.id}
    assert await reached("case.clock_escalated") == {people.coordinator.id, deputy.id}


def test_an_address_that_names_no_server_is_refused_at_the_start() -> None:
    for wrong in ("mail.example", "http://mail.example", "smtp://"):
        with pytest.raises(ValueError, match="smtp://"):
            MailServer(wrong, "a@b.example")


@pytest.mark.parametrize("odd", ["x@", "@x.example", "x@[", "foo, bar@x.example", "(c)@x.example"])
async def test_an_odd_address_holds_up_nobody_elses_mail(
    made: Consultation, consultation: App, registry: App, box: Mailbox, odd: str
) -> None:
    with registry.house.databases.superuser("registry") as connection:
        connection.execute("update person set email = %s where id = %s", [odd, made.chair.id])
    await say(made, made.asker)
    await post(consultation, box.address).send_nudges()
    assert len(box.letters) == 2, "the coordinator and the member"
    assert unmailed(consultation) == 0


async def test_a_server_without_letters_beyond_ascii_gets_the_others(
    made: Consultation, consultation: App, registry: App
) -> None:
    with registry.house.databases.superuser("registry") as connection:
        connection.execute("update person set email = %s where id = %s", ["mäki@county.example", made.chair.id])
    await say(made, made.asker)
    with open_mailbox(enable_SMTPUTF8=False) as old:
        await post(consultation, old.address).send_nudges()
    assert len(old.letters) == 2
    assert unmailed(consultation) == 0
