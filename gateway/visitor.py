"""Who is looking: the signed-in person as pages know them."""

from dataclasses import dataclass
from uuid import UUID

from gateway.language import Language
from services.shared.identity import Caller, Membership


@dataclass(frozen=True)
class Me:
    """A signed-in person. `session` is the session's row, never the secret in the cookie."""

    person: str
    name: str
    memberships: tuple[Membership, ...]
    language: Language
    session: UUID

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(membership.role for membership in self.memberships)

    def has(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))

    @property
    def main(self) -> Membership | None:
        """The membership told beside the name: the one that may do most."""
        order = ("coordinator", "admin", "national", "auditor", "expert", "organisation_editor", "professional")
        ranked = sorted(self.memberships, key=lambda one: order.index(one.role) if one.role in order else len(order))
        return ranked[0] if ranked else None

    @property
    def area(self) -> str | None:
        """The county of the first membership that has one: what a new request starts from."""
        return next((one.area for one in self.memberships if one.area), None)

    def caller(self) -> Caller:
        return Caller(
            kind="person",
            id=self.person,
            name=self.name,
            memberships=self.memberships,
            scopes=frozenset(),
            act=None,
            language=self.language,
            session=str(self.session),
        )
