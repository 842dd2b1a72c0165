"""Codes of a consultation in words: acts, whose turn it is, reasons, what the log says. Merged into `words.WORDS`."""

from collections.abc import Mapping

# What the button of an act says: a verb, and what it does to whom.
ACTS = {
    "submit": "Send the request",
    "return": "Ask for more information",
    "complete": "Give more information",
    "accept": "Accept the request",
    "advise_elsewhere": "Advise to another place",
    "redirect_urgent": "Direct to emergency help",
    "decline": "Decline the request",
    "answer_directly": "Answer the request yourself",
    "publish": "Publish the answer",
    "reply": "Tell what you will do",
    "follow_up": "Answer the follow-up",
    "close": "Close without a reply",
    "withdraw": "Withdraw the request",
    "reopen": "Reopen the consultation",
    "transfer": "Transfer to another area or line",
    "merge": "Merge into another consultation",
    "save_draft": "Edit the request",
    "record_consent": "Record a consent",
    "withdraw_consent": "Withdraw a consent",
    "invite_team": "Put the team together",
    "send_message": "Write a message",
    "propose_meeting": "Arrange a meeting",
    "record_minutes": "Record your working time",
    "set_goals": "Set goals",
    "start_answer": "Start the answer",
    "save_answer": "Write the answer",
    "ask_signatures": "Ask for signatures",
    "sign_answer": "Sign the answer",
    "correct_answer": "Correct the published answer",
}
# The heading of the box when the act is awaited of whoever looks.
AWAITED = {
    "submit": "Finish the request and send it",
    "accept": "Handle the request",
    "complete": "More information is asked of you",
    "invite_team": "Put the team together",
    "start_answer": "Start the answer",
    "save_answer": "Write the answer together",
    "ask_signatures": "Ask the team to sign",
    "sign_answer": "Sign the answer",
    "publish": "Publish the answer",
    "reply": "Tell what you will do",
    "follow_up": "Tell what happened",
    "record_consent": "Record the consent",
    "accept_invitation": "Answer the invitation",
    "withdraw_consent": "Choose how the consultation goes on",
}
AWAITED_TEXT = {
    "submit": "The request is a draft. Only you see it.",
    "accept": "Accept it, ask for more, or direct the asker to the right place.",
    "complete": "The clocks stand still until you answer.",
    "invite_team": "The system suggests a whole team and says why.",
    "start_answer": "The questions are already in place.",
    "save_answer": "Anyone in the team may write. Each part is saved by itself.",
    "ask_signatures": "Each member agrees, makes a remark or dissents.",
    "sign_answer": "Agree, agree with a remark, or dissent and say why.",
    "publish": "Everybody has signed or the time has run out. A published answer can't be changed.",
    "reply": "Answer each recommendation. Your organisation decides; a recommendation binds nobody.",
    "follow_up": "A “no” is worth as much as a “yes”. Nobody is judging you.",
    "record_consent": "The experts don't see the request before it.",
    "accept_invitation": "Until you accept you see only what is on this page.",
    "withdraw_consent": "The experts no longer see it. It can go on anonymously or end here.",
}
# The heading of the box when somebody else's act is awaited.
WAITED = {
    "submit": "The asker is writing the request",
    "accept": "The coordinator is handling the request",
    "complete": "The asker has been asked for more information",
    "invite_team": "The coordinator is putting the team together",
    "save_answer": "The team is working on the answer",
    "sign_answer": "The team is signing the answer",
    "reply": "The asker is reading the answer",
    "follow_up": "The follow-up waits for its day",
    "await_team": "The invited experts have not answered yet",
    "choose": "The consent was withdrawn: the asker chooses how to go on",
}
ENDED = {
    "closed": "The consultation is closed",
    "advised_elsewhere": "The asker was advised to another place",
    "urgent_redirected": "The asker was directed to emergency help",
    "declined": "The request was declined",
    "withdrawn": "The request was withdrawn",
    "merged": "The request was merged into another one",
    "disposed": "The consultation was disposed of",
}
BLOCKED = {
    "consent_missing": "A consent is missing. The experts don't see the request before it.",
    "consent_withdrawn": "The consent has been withdrawn. Choose within seven days whether to go on anonymously.",
    "answer_not_started": "The answer can't be published yet: it has not been started.",
    "answer_incomplete": "Signatures can't be asked for yet: parts of the answer are empty.",
    "nobody_to_sign": "The team has no members who could sign.",
    "signatures_not_asked": "The answer can't be published yet: signatures have not been asked for.",
    "signatures_open": "The answer can't be published yet: somebody has not signed, and there is still time to.",
    "time_not_up": "It can be closed without a reply only when the time for it is up.",
    "not_yet": "The follow-up is asked when its day comes.",
}
GAPS = {
    "nobody": "nobody in the network has it",
    "no_capacity": "those who have it have no room now",
    "away": "those who have it are away",
    "conflict": "those who have it have a conflict of interest",
    "team_full": "it would make the team too large",
    "reported": "reported by the coordinator",
}
# Sentences of the log; %(name)s is whoever did it.
LOG = {
    "create": "%(name)s began the request",
    "save_draft": "%(name)s saved the draft",
    "submit": "%(name)s sent the request",
    "return": "%(name)s asked for more information",
    "complete": "%(name)s gave more information",
    "accept": "%(name)s accepted the request",
    "advise_elsewhere": "%(name)s advised the asker to another place",
    "redirect_urgent": "%(name)s directed the asker to emergency help",
    "decline": "%(name)s declined the request",
    "answer_directly": "%(name)s answered the request",
    "team_ready": "The first expert accepted: the team can begin",
    "publish": "%(name)s published the answer",
    "reply": "%(name)s replied to the recommendations",
    "follow_up": "%(name)s answered the follow-up",
    "close": "%(name)s closed the consultation without a reply",
    "withdraw": "%(name)s withdrew the request",
    "reopen": "%(name)s reopened the consultation",
    "transfer": "%(name)s transferred the request",
    "merge": "%(name)s merged the request into another one",
    "dispose": "The consultation was disposed of",
    "record_consent": "%(name)s recorded a consent",
    "withdraw_consent": "%(name)s withdrew a consent",
    "invite_team": "%(name)s invited experts",
    "invitation_accepted": "%(name)s accepted the invitation",
    "invitation_declined": "%(name)s declined the invitation",
    "invitation_recused": "%(name)s reported a conflict of interest",
    "accept_invitation": "%(name)s accepted the invitation",
    "decline_invitation": "%(name)s declined the invitation",
    "recuse_invitation": "%(name)s reported a conflict of interest",
    "send_message": "%(name)s wrote a message",
    "write_team_note": "%(name)s wrote a note for the team",
    "propose_meeting": "%(name)s arranged a meeting",
    "hold_meeting": "%(name)s recorded a meeting as held",
    "record_minutes": "%(name)s recorded working time",
    "set_goals": "%(name)s set the goals",
    "start_answer": "%(name)s started the answer",
    "save_answer": "%(name)s wrote the answer",
    "ask_signatures": "%(name)s asked the team to sign",
    "sign_answer": "%(name)s signed the answer",
    "correct_answer": "%(name)s began to correct the answer",
    "save_block": "%(name)s wrote the answer",
    "remove_member": "%(name)s took an expert out of the team",
    "record_gap": "%(name)s recorded a gap in expertise",
}
INVITATIONS = {
    "invited": "Invited",
    "accepted": "Accepted",
    "declined": "Declined the invitation",
    "recused": "Has a conflict of interest",
    "removed": "Removed from the team",
    "lapsed": "Did not answer in time",
}
CASE_DECLINES = {
    "not_for_us": "The matter does not belong to the OT centre",
    "no_question": "There is no question that experts could answer",
    "duplicate": "The same matter is already being worked on",
    "no_capacity": "The centre can't take it now",
    "consent_missing": "A consent is missing",
    "other": "Another reason",
}
INVITATION_DECLINES = {
    "workload": "Too much work right now",
    "away": "Away at that time",
    "not_my_competence": "Not my field",
    "other": "Another reason",
}
RECUSALS = {
    "knows_the_family": "I recognise the family",
    "has_decided_in_the_matter": "I have made decisions in the matter",
    "employer_is_party": "My employer is a party",
    "other": "Another conflict of interest",
}
# Why somebody is proposed: the term beside the reason, and the reason where its codes alone don't say it.
REASON_TERMS = {
    "discipline": "Expertise",
    "only_one_with": "Expertise",
    "theme": "Theme",
    "languages": "Languages",
    "not_working_language": "Languages",
    "same_county": "Area",
    "same_collaborative_area": "Area",
    "cross_area": "Area",
    "load": "Load",
    "no_known_conflict": "Conflict of interest",
    "same_employer": "Conflict of interest",
    "agreement_missing": "Agreement",
}
REASONS = {
    "only_one_with": "Nobody else in the team brings: %(what)s",
    "not_working_language": "Does not work in this language: %(what)s",
    "same_county": "Same county",
    "same_collaborative_area": "Same collaborative area",
    "cross_area": "Another collaborative area",
    "load": "%(open)s open, takes %(capacity)s a month",
    "no_known_conflict": "None known. It is asked in the invitation.",
    "same_employer": "Same employer as the asker. It is asked in the invitation.",
    "agreement_missing": "No agreement with the employer is recorded.",
}
IDENTIFICATION_HINTS = {
    "anonymous": "No name and no date of birth. Enough for most consultations.",
    "with_consent": "The county's own reference for the client, and who consented. Experts see nothing before it.",
    "statement": "A written permission too. A statement under section 14 of the Child Welfare Act.",
}
CASE_PARTS = {
    "situation": "Situation",
    "thread": "Conversation",
    "team-notes": "Team only",
    "meetings": "Meetings",
    "answer": "Answer",
    "log": "Log",
}
MINUTES_FOR = {
    "meeting": "Meeting",
    "preparation": "Preparation",
    "reading": "Reading",
    "writing": "Writing",
    "travel": "Travel",
    "other": "Something else",
}
OPINIONS = {"agree": "I agree", "remark": "I agree, with a remark", "dissent": "I disagree, and say why"}
PROMISES = {"will_do": "We will do it", "partly": "We will do it partly", "not": "We will not do it"}
RESULTS = {"done": "Done", "partly": "Partly done", "not": "Not done", "not_possible": "Not possible"}
CHANGES = {"yes": "Yes", "partly": "Partly", "no": "No"}
WITHOUT_ADVICE = {
    "same": "The same as now",
    "lighter": "Something lighter",
    "heavier": "Something heavier, such as a placement",
    "waited": "Waited",
    "asked_elsewhere": "Asked somewhere else",
    "cannot_say": "Hard to say",
}
CONSENT_GIVERS = {
    "guardian": "A guardian",
    "second_guardian": "The other guardian",
    "minor": "The young person",
    "representative": "Another legal representative",
}
CONSENT_AIMS = {
    "team": "The team may read the request",
    "statement": "The team gives a statement",
    "follow_up": "A follow-up is made later",
    "lesson": "What was learned is published without identifying details",
}
BLOCKS = {
    "background": "Background the answer rests on",
    "questions": "Questions",
    "considerations": "Considerations",
    "recommendations": "Recommendations",
    "who": "Who answered",
    "limits": "Limits",
}
ANSWER_KINDS = {"note": "Note", "statement": "Statement"}

WORDS: dict[str, Mapping[str, str]] = {
    "act": ACTS,
    "awaited": AWAITED,
    "awaited_text": AWAITED_TEXT,
    "waited": WAITED,
    "ended": ENDED,
    "blocked": BLOCKED,
    "gap": GAPS,
    "minutes_for": MINUTES_FOR,
    "reason_term": REASON_TERMS,
    "reason": REASONS,
    "identification_hint": IDENTIFICATION_HINTS,
    "case_part": CASE_PARTS,
    "log": LOG,
    "invitation": INVITATIONS,
    "case_decline": CASE_DECLINES,
    "invitation_decline": INVITATION_DECLINES,
    "recusal": RECUSALS,
    "opinion": OPINIONS,
    "promise": PROMISES,
    "result": RESULTS,
    "change": CHANGES,
    "without_advice": WITHOUT_ADVICE,
    "consent_giver": CONSENT_GIVERS,
    "consent_aim": CONSENT_AIMS,
    "block": BLOCKS,
    "answer_kind": ANSWER_KINDS,
}
