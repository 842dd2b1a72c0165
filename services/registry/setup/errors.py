"""What the first run says no to."""

from services.shared.errors import Conflict, Invalid


class SetupDone(Conflict):
    """There is an administrator, or there has been one: the first run is never run again."""

    code = "setup_done"


class WrongCode(Invalid):
    """Not the code that was printed last, or older than a day."""

    code = "wrong_code"


class CentreExists(Conflict):
    """The collaborative area has its centre."""

    code = "centre_exists"
