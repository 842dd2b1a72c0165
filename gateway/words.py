"""Codes of the services in words. The services send codes, never prose; the words are texts of the interface.

A new kind or code goes to the table; a code without a word is shown as it is, and a test finds it.
"""

from collections.abc import Mapping

from gateway import case_words

ROLES = {
    "professional": "professional",
    "coordinator": "OT coordinator",
    "expert": "expert",
    "organisation_editor": "organisation editor",
    "national": "national coordination",
    "auditor": "data protection officer",
    "admin": "administrator",
    "integration": "connected system",
}
STATES = {
    "draft": "Draft",
    "submitted": "New",
    "returned": "More information asked",
    "accepted": "Accepted",
    "in_consultation": "In consultation",
    "answered": "Answered",
    "in_follow_up": "In follow-up",
    "closed": "Closed",
    "advised_elsewhere": "Advised elsewhere",
    "urgent_redirected": "Directed to emergency help",
    "declined": "Declined",
    "withdrawn": "Withdrawn",
    "merged": "Merged with another",
    "disposed": "Disposed",
}
STEPS = STATES | {"submitted": "Sent", "in_follow_up": "Follow-up"}
CLOCKS = {
    "receipt": "Receipt",
    "first": "First meeting or answer",
    "answer": "Answer",
    "reply": "Reply to the recommendations",
    "follow_up": "Follow-up",
}
URGENCIES = {"normal": "Normal", "soon": "This week", "urgent": "Tomorrow"}
FORMS = {
    "written": "In writing",
    "one_to_one": "One to one with an expert",
    "team": "With a team",
    "network_meeting": "Network meeting",
    "group_14": "Section 14 expert group",
}
IDENTIFICATIONS = {"anonymous": "Anonymous", "with_consent": "With consent", "statement": "Statement wanted"}
RELATIONS = {
    "coordinator": "coordinator",
    "asker": "asker",
    "partner": "partner of the asker",
    "member": "member",
    "chair": "chair",
    "secretary": "secretary",
    "invited": "invited",
}
SIGNATURES = {
    "open": "Not signed yet",
    "agree": "Agrees",
    "remark": "Agrees, with a remark",
    "dissent": "Dissenting opinion",
    "not_signed": "Did not sign",
}
FINDINGS = {
    "hetu": "The text holds a personal identity code",
    "phone": "The text seems to hold a phone number",
    "email": "The text seems to hold an e-mail address",
    "address": "The text seems to hold a street address",
    "birth_date": "The text seems to hold a date of birth",
    "long_number": "The text holds a long number",
    "name": "The text seems to hold a name",
}
LEVELS = {"1": "Supporting", "2": "Good", "3": "Strong"}
PARTS = {"registry": "registry", "consultation": "consultations", "reporting": "reports", "login": "login"}
FACETS = {
    "kind": "What is found",
    "theme": "Theme",
    "discipline": "Field",
    "profession": "Profession",
    "area": "Area",
    "yta": "Collaborative area",
    "language": "Language",
}
FOUND = {
    "themes": "Themes",
    "theme_groups": "Groups of themes",
    "disciplines": "Fields",
    "professions": "Professions",
    "age_groups": "Age groups",
    "languages": "Languages",
    "sectors": "Sectors",
    "organisation_types": "Types of organisations",
    "areas": "Areas",
    "collaborative_areas": "Collaborative areas",
    "group_types": "Types of expert groups",
    "offering_kinds": "Kinds of services",
    "organisations": "Organisations",
    "groups": "Expert groups",
    "offerings": "Services",
    "experts": "Experts",
}
"""What the search finds, by kind."""
NOTHING_TO_SEARCH_BY = "Nothing can be searched by this. Write a whole word or a name."
GREETINGS = {
    "morning": "Good morning, %(name)s",
    "day": "Good day, %(name)s",
    "evening": "Good evening, %(name)s",
    "night": "Hello, %(name)s",
}
SAID = {
    "send_message": "Message sent",
    "write_team_note": "Saved for the team only",
    "record_minutes": "Time recorded",
    "accept": "Request accepted",
    "save_block": "Part saved",
    "add_recommendation": "Recommendation added",
    "change_recommendation": "Recommendation saved",
    "move_recommendation": "Recommendation moved up",
    "remove_recommendation": "Recommendation removed",
    "ask_signatures": "Signatures asked",
    "sign_answer": "Your signature is saved",
    "record_consent": "Consent recorded",
    "remove_member": "The member was taken out of the team",
    "record_gap": "The gap was recorded",
    "return": "More information asked",
    "complete": "More information sent",
    "advise_elsewhere": "The asker was told where to turn",
    "redirect_urgent": "The asker was told to call at once",
    "decline": "Request declined",
    "answer_directly": "Answer sent",
    "close": "Consultation closed",
    "withdraw": "Request withdrawn",
    "withdraw_consent": "Consent withdrawn",
    "reopen": "Consultation reopened",
    "transfer": "Request transferred",
    "merge": "Requests merged",
    "set_goals": "Goals saved",
    "reply": "Reply sent",
    "follow_up": "Follow-up sent",
    "propose_meeting": "Meeting arranged",
    "hold_meeting": "Meeting recorded",
    "invite_team": "Invitations sent",
    "accept_invitation": "You are in the team",
    "decline_invitation": "You said that you can't",
    "recuse_invitation": "Conflict of interest reported",
    "correct_answer": "Correction started",
}
"""What the status line says after an act, on the same page or on the one it leads to."""

WORDS: dict[str, Mapping[str, str]] = {
    "role": ROLES,
    "state": STATES,
    "step": STEPS,
    "clock": CLOCKS,
    "urgency": URGENCIES,
    "form": FORMS,
    "identification": IDENTIFICATIONS,
    "relation": RELATIONS,
    "signature": SIGNATURES,
    "finding": FINDINGS,
    "level": LEVELS,
    "part": PARTS,
    "facet": FACETS,
    "found": FOUND,
    "greeting": GREETINGS,
    "said": SAID,
    **case_words.WORDS,
}


def word(kind: str, code: object) -> str:
    """The English original of a code; the caller translates it."""
    return WORDS[kind].get(str(code), str(code))
