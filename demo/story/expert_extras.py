"""What a few of the example's experts tell of themselves besides, who has left, and whose competence nobody has checked
lately. All invented: the numbers are in no register, and nobody can be reached.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Left:
    day: date
    reason: str


@dataclass(frozen=True)
class Reached:
    """`shown`: the fields that everybody signed in sees."""

    email: str = ""
    phone: str = ""
    shown: tuple[str, ...] = ("bio", "employer")
    register: str = "terhikki"
    number: str = ""
    checked_on: date | None = None


LEFT = {"heidi_haapala": Left(date(2026, 10, 1), "Siirtynyt toisiin tehtäviin, ilmoitti itse syyskuussa.")}

MORE_ABSENCES = {
    "tuomas": [("2026-12-21", "2027-01-03"), ("2027-02-22", "2027-02-28")],
    "outi_kinnunen": [("2026-12-21", "2027-01-06")],
    "leena": [("2026-12-28", "2027-01-06")],
}

REVIEWED = {
    "kristiina_nurmi": ("2024-10-30", "2026-10-30"),
    "marja_hyvonen": ("2024-11-10", "2026-11-10"),
    "jonas_hagberg": ("2024-11-02", "2026-11-02"),
    "piia_miettinen": ("2025-01-15", "2027-01-15"),
}
"""When their competences were assured, and when that should be done again: the first ones are late."""

NOT_TOLD = Reached()
REACHED = {
    "tuomas": Reached(
        "tuomas.rinne@keskisuomi.example",
        "040 000 0101",
        ("bio", "email", "employer", "phone"),
        "suosikki",
        "00000000101",
        date(2026, 9, 7),
    ),
    "leena": Reached("leena.vartiainen@kys.example", "", number="00000000102", checked_on=date(2026, 3, 16)),
    "anu_hakkarainen": Reached(
        "anu.hakkarainen@etelasavo.example", "040 000 0103", ("bio", "email", "employer"), "suosikki", "00000000103"
    ),
    "risto_koponen": Reached("risto.koponen@kys.example", number="00000000104", checked_on=date(2026, 3, 23)),
    "kaisa_bjorklund": Reached("kaisa.bjorklund@pohjanmaa.example", "040 000 0105", number="00000000105"),
}
