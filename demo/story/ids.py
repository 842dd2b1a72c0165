"""Every example row's id follows from its slug, so that each part of the story can name the others' rows."""

from uuid import UUID, uuid5

EXAMPLE = UUID("0f7e5c1a-53d4-4b0e-9a57-2f6c8e0d4b11")


def example_id(kind: str, slug: str) -> UUID:
    return uuid5(EXAMPLE, f"{kind}:{slug}")


def organisation_id(slug: str) -> UUID:
    return example_id("organisation", slug)


def person_id(slug: str) -> UUID:
    """The slug of somebody who can log in is their subject: `maria`."""
    return example_id("person", slug)


def expert_id(slug: str) -> UUID:
    """The same slug as the person's: `tuomas`."""
    return example_id("expert", slug)
