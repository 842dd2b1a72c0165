"""Which pages are open to people who have not logged in. Every other page asks them to; the services decide the rest.

The names are those of the page handlers.
"""

OPEN_PAGES = frozenset(
    {
        "home",
        "login_page",
        "begin_login",
        "end_login",
        "log_out",
        "back_channel_logout",
        "choose_language",
        "accessibility",
        "feedback_form",
        "send_feedback",
        "feedback_receipt",
        "privacy",
        "developers",
        "api_reference",
        "read_badges",
        "follow_invitation_link",
        "look_at_membership_invitation",
        "read_setup",
        "search_registry",
    }
)
WITHOUT_MENU = frozenset({"home", "list_queue", "read_badges", "read_answer_pdf", "read_meeting_calendar"})
"""Pages that ask for the menu's numbers themselves, or have no menu."""
NEVER_FROM_A_FORM = frozenset({"back_channel_logout"})
"""Posted by the identity provider, signed: no form of ours was there to carry a token."""
