"""The indicators, as data. A changed definition is a new version beside the old, never a change of it.

Times are from the first submission. Durations leave out the time a case was returned for more information.
"""

from services.reporting.indicators.rules import (
    CODES,
    PLACES,
    TIMES,
    Direction,
    Indicator,
    Measure,
    Pick,
    Population,
    Text,
)

SUBMITTED = Population("submitted", ("case.submitted",))
TRIAGED = Population(
    "triaged",
    ("case.accepted", "case.advised_elsewhere", "case.urgent_redirected", "case.declined", "case.answered_directly"),
)
ANSWERED = Population("answered", ("answer.published", "case.answered_directly"))
REPLIED = Population("replied", ("case.replied",), Pick.LAST)
FOLLOWED_UP = Population("followed_up", ("case.followed_up",), Pick.LAST)
GOALS_MEASURED = Population("goals_measured", ("case.followed_up",), Pick.LAST, having="gas_change")
WITH_GAP = Population("with_gap", ("competence.gap",), Pick.MERGED)

DAYS_TARGET = 21.0


def _text(fi: str, sv: str, en: str) -> Text:
    return {"fi": fi, "sv": sv, "en": en}


_CASES_SUBMITTED = _text("Lähetetyt pyynnöt", "Skickade begäranden", "Requests sent")
_CASES_ANSWERED = _text(
    "Konsultaatiot, joihin on annettu vastaus", "Konsultationer som har fått svar", "Consultations that were answered"
)
_CASES_REPLIED = _text(
    "Konsultaatiot, joissa pyytäjä on kommentoinut vastausta",
    "Konsultationer där den som bad om konsultation har kommenterat svaret",
    "Consultations where the asker has replied to the answer",
)
_CASES_FOLLOWED = _text(
    "Konsultaatiot, joiden seuranta on tehty",
    "Konsultationer där uppföljningen är gjord",
    "Consultations that were followed up",
)
_YES_PARTLY_NO = {
    "yes": _text("kyllä", "ja", "yes"),
    "partly": _text("osittain", "delvis", "partly"),
    "no": _text("ei", "nej", "no"),
}

INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        slug="requests",
        version=1,
        population=SUBMITTED,
        measure=Measure.COUNT,
        name=_text("Konsultaatiopyynnöt", "Konsultationsbegäranden", "Consultation requests"),
        numerator=_CASES_SUBMITTED,
        denominator=_text("Ei nimittäjää: luku on lukumäärä", "Ingen nämnare: ett antal", "None: it is a count"),
        unit="cases",
        direction=Direction.NEITHER,
        by=(*PLACES, *TIMES, *CODES),
    ),
    Indicator(
        slug="triage_outcomes",
        version=1,
        population=TRIAGED,
        measure=Measure.DISTRIBUTION,
        name=_text(
            "Mitä pyynnölle tehtiin ensin", "Vad som först gjordes med begäran", "What was first done with a request"
        ),
        numerator=_text(
            "Pyynnöt, joiden ensimmäinen ratkaisu oli tämä",
            "Begäranden vars första avgörande var detta",
            "Requests whose first decision was this one",
        ),
        denominator=_text("Ratkaistut pyynnöt", "Avgjorda begäranden", "Requests decided"),
        unit="percent",
        direction=Direction.NEITHER,
        by=("outcome",),
        part_by="type",
        parts={
            "accepted": ("case.accepted",),
            "answered_directly": ("case.answered_directly",),
            "advised_elsewhere": ("case.advised_elsewhere",),
            "urgent_redirected": ("case.urgent_redirected",),
            "declined": ("case.declined",),
        },
        part_names={
            "accepted": _text("hyväksytty", "godkänd", "accepted"),
            "answered_directly": _text("vastattu suoraan", "besvarad direkt", "answered directly"),
            "advised_elsewhere": _text("ohjattu muualle", "hänvisad vidare", "advised elsewhere"),
            "urgent_redirected": _text(
                "ohjattu kiireelliseen apuun", "hänvisad till akut hjälp", "directed to emergency help"
            ),
            "declined": _text("ei otettu vastaan", "inte mottagen", "declined"),
        },
    ),
    Indicator(
        slug="days_to_answer",
        version=1,
        population=ANSWERED,
        measure=Measure.MEDIAN,
        name=_text("Vastauksen saamiseen kulunut aika", "Tid till svaret", "Time to the answer"),
        numerator=_text(
            "Vuorokaudet lähettämisestä vastaukseen, ilman lisätietojen odotusta: mediaani ja 90. persentiili",
            "Dygn från att begäran skickades till svaret, utan väntan på tilläggsuppgifter: median och 90:e percentil",
            "Days from sending to the answer, without waiting for more information: median and 90th percentile",
        ),
        denominator=_CASES_ANSWERED,
        unit="days",
        direction=Direction.DOWN,
        by=(*PLACES, *TIMES, "line", "theme", "urgency", "language"),
        number="minutes_to_answer",
        scale=1 / 1440,
        target=DAYS_TARGET,
    ),
    Indicator(
        slug="answered_in_time",
        version=1,
        population=ANSWERED,
        measure=Measure.SHARE,
        name=_text("Vastaus kolmen viikon kuluessa", "Svar inom tre veckor", "Answered within three weeks"),
        numerator=_text(
            "Niistä ne, joihin vastattiin 21 vuorokaudessa lähettämisestä, ilman lisätietojen odotusta",
            "De av dem som fick svar inom 21 dygn, utan väntan på tilläggsuppgifter",
            "Those of them answered within 21 days of sending, without waiting for more information",
        ),
        denominator=_CASES_ANSWERED,
        unit="percent",
        direction=Direction.UP,
        by=(*PLACES, "half"),
        number="minutes_to_answer",
        at_most=DAYS_TARGET * 1440,
        shown_part="within",
        target=90.0,
    ),
    Indicator(
        slug="recommendation_replies",
        version=1,
        population=REPLIED,
        measure=Measure.DISTRIBUTION,
        name=_text(
            "Mitä pyytäjä aikoo tehdä suosituksille",
            "Vad den som bad om råd tänker göra med rekommendationerna",
            "What the asker means to do about the recommendations",
        ),
        numerator=_text(
            "Suositukset, joihin vastattiin näin",
            "Rekommendationer som besvarades så",
            "Recommendations replied to in this way",
        ),
        denominator=_text(
            "Suositukset, joihin on vastattu", "Rekommendationer som har besvarats", "Recommendations replied to"
        ),
        unit="percent",
        direction=Direction.NEITHER,
        by=("outcome",),
        rows=True,
        parts={"will_do": ("rows_will_do",), "partly": ("rows_partly",), "not": ("rows_not",)},
        part_names={
            "will_do": _text("toteutetaan", "genomförs", "will do"),
            "partly": _text("toteutetaan osittain", "genomförs delvis", "partly"),
            "not": _text("ei toteuteta", "genomförs inte", "not"),
        },
    ),
    Indicator(
        slug="recommendations_done",
        version=1,
        population=FOLLOWED_UP,
        measure=Measure.DISTRIBUTION,
        name=_text(
            "Suositusten toteutuminen seurannassa",
            "Hur rekommendationerna förverkligats vid uppföljningen",
            "Recommendations done at follow-up",
        ),
        numerator=_text(
            "Suositukset, joille kävi näin", "Rekommendationer med detta utfall", "Recommendations with this outcome"
        ),
        denominator=_text(
            "Suositukset, joista on kysytty seurannassa",
            "Rekommendationer som följts upp",
            "Recommendations asked about at follow-up",
        ),
        unit="percent",
        direction=Direction.UP,
        by=("outcome",),
        rows=True,
        parts={
            "done": ("rows_done",),
            "partly": ("rows_partly",),
            "not": ("rows_not",),
            "not_possible": ("rows_not_possible",),
        },
        part_names={
            "done": _text("toteutui", "genomfördes", "done"),
            "partly": _text("toteutui osittain", "genomfördes delvis", "partly"),
            "not": _text("ei toteutunut", "genomfördes inte", "not done"),
            "not_possible": _text("ei ollut mahdollista", "var inte möjligt", "was not possible"),
        },
    ),
    Indicator(
        slug="usefulness",
        version=1,
        population=REPLIED,
        measure=Measure.MEAN,
        name=_text(
            "Hyödyllisyys pyytäjän arvion mukaan",
            "Nyttan enligt den som bad om konsultation",
            "Usefulness as the asker rates it",
        ),
        numerator=_text("Arvioiden keskiarvo, 1–5", "Medeltalet av bedömningarna, 1–5", "The mean of the ratings, 1–5"),
        denominator=_CASES_REPLIED,
        unit="of_five",
        direction=Direction.UP,
        by=(*PLACES, *TIMES, "line", "theme"),
        number="usefulness",
    ),
    Indicator(
        slug="plan_changed",
        version=1,
        population=REPLIED,
        measure=Measure.DISTRIBUTION,
        name=_text("Muuttuiko suunnitelma", "Ändrades planen", "Did the plan change"),
        numerator=_text(
            "Konsultaatiot, joissa pyytäjä vastasi näin",
            "Konsultationer där svaret var detta",
            "Consultations where the asker said so",
        ),
        denominator=_CASES_REPLIED,
        unit="percent",
        direction=Direction.UP,
        by=("outcome",),
        parts={"yes": ("yes",), "partly": ("partly",), "no": ("no",)},
        part_names=_YES_PARTLY_NO,
    ),
    Indicator(
        slug="wanted_change",
        version=1,
        population=FOLLOWED_UP,
        measure=Measure.DISTRIBUTION,
        name=_text("Toteutuiko toivottu muutos", "Nåddes den önskade förändringen", "Was the wanted change reached"),
        numerator=_text(
            "Konsultaatiot, joissa pyytäjä vastasi näin",
            "Konsultationer där svaret var detta",
            "Consultations where the asker said so",
        ),
        denominator=_CASES_FOLLOWED,
        unit="percent",
        direction=Direction.UP,
        by=("outcome",),
        parts={"yes": ("yes",), "partly": ("partly",), "no": ("no",)},
        part_names=_YES_PARTLY_NO,
    ),
    Indicator(
        slug="gas_change",
        version=1,
        population=GOALS_MEASURED,
        measure=Measure.MEAN,
        name=_text(
            "Tavoitteiden muutos (GAS, T-pistettä)",
            "Målens förändring (GAS, T-poäng)",
            "Change in the goals (GAS, T points)",
        ),
        numerator=_text(
            "T-luvun keskimääräinen muutos alusta seurantaan",
            "T-värdets förändring i medeltal från början till uppföljningen",
            "The mean change of T from the start to the follow-up",
        ),
        denominator=_text(
            "Konsultaatiot, joissa tavoitteet mitattiin alussa ja seurannassa",
            "Konsultationer där målen mättes i början och vid uppföljningen",
            "Consultations whose goals were measured at the start and at follow-up",
        ),
        unit="points",
        direction=Direction.UP,
        by=(*PLACES, *TIMES, "line", "theme"),
        number="gas_change",
    ),
    Indicator(
        slug="competence_gaps",
        version=1,
        population=WITH_GAP,
        measure=Measure.COUNT,
        name=_text(
            "Konsultaatiot, joihin ei löytynyt osaamista",
            "Konsultationer där kompetens saknades",
            "Consultations for which competence was missing",
        ),
        numerator=_text(
            "Konsultaatiot, joihin jäi ainakin yksi osaamisaukko",
            "Konsultationer med minst en kompetensbrist",
            "Consultations with at least one competence gap",
        ),
        denominator=_text("Ei nimittäjää: luku on lukumäärä", "Ingen nämnare: ett antal", "None: it is a count"),
        unit="cases",
        direction=Direction.DOWN,
        by=(*PLACES, *TIMES, "theme", "discipline", "language"),
    ),
    Indicator(
        slug="dissents",
        version=1,
        population=ANSWERED,
        measure=Measure.SHARE,
        name=_text(
            "Vastaukset, joissa on eriävä mielipide", "Svar med en avvikande åsikt", "Answers with a dissenting opinion"
        ),
        numerator=_text(
            "Niistä ne, joissa ainakin yksi tiimin jäsen ilmoitti eriävän mielipiteen",
            "De av dem där minst en medlem av teamet hade en avvikande åsikt",
            "Those of them where at least one member of the team dissented",
        ),
        denominator=_CASES_ANSWERED,
        unit="percent",
        direction=Direction.NEITHER,
        by=(*PLACES, "half"),
        number="dissents",
        at_most=0.0,
        missing=0.0,
        shown_part="beyond",
    ),
)

BY_SLUG = {indicator.slug: indicator for indicator in INDICATORS}
