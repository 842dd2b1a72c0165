"""Named refusals: what a service says no to, with a stable code that every caller can rely on."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field


class FieldProblem(BaseModel):
    """What is wrong with one field. `path` is dotted: `questions.0`."""

    model_config = ConfigDict(extra="allow")
    path: str
    code: str


class Problem(BaseModel):
    """RFC 9457. `code` never changes meaning; `detail` is for developers, not for people."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(examples=["urn:ot-verkko:problem:stale_version"])
    title: str
    status: int
    code: str
    detail: str = ""
    fields: list[FieldProblem] = []
    request_id: str = ""


class Refusal(Exception):
    """Subclass with a status and a code; `data` becomes members of the answer, so it must be fit to show."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"

    def __init__(self, detail: str = "", *, fields: list[FieldProblem] | None = None, **data: Any) -> None:
        super().__init__(self.code)
        self.detail = detail
        self.fields = fields or []
        self.data = data
        self.headers: dict[str, str] = {}

    def problem(self, request_id: str = "") -> Problem:
        return Problem(
            type=f"urn:ot-verkko:problem:{self.code}",
            title=self.code.replace("_", " ").capitalize(),
            status=self.status,
            code=self.code,
            detail=self.detail,
            fields=self.fields,
            request_id=request_id,
            **self.data,
        )


class Invalid(Refusal):
    status = 422
    code = "invalid"


class NotSignedIn(Refusal):
    status = 401
    code = "not_signed_in"

    def __init__(self, detail: str = "", **data: Any) -> None:
        super().__init__(detail, **data)
        self.headers = {"WWW-Authenticate": "Bearer"}


class Forbidden(Refusal):
    status = 403
    code = "forbidden"


class NotFound(Refusal):
    """Also the answer for what exists but isn't the caller's to see: the two must look alike."""

    status = 404
    code = "not_found"


class Conflict(Refusal):
    status = 409
    code = "conflict"


class StaleVersion(Refusal):
    """Somebody changed it since the caller read it. `current` is the version now."""

    status = 412
    code = "stale_version"


class PreconditionRequired(Refusal):
    status = 428
    code = "precondition_required"


class BodyTooLarge(Refusal):
    status = 413
    code = "body_too_large"


class ServiceUnavailable(Refusal):
    """Another service doesn't answer. `service` names it."""

    status = 503
    code = "service_unavailable"

    def __init__(self, detail: str = "", **data: Any) -> None:
        super().__init__(detail, **data)
        self.headers = {"Retry-After": "5"}
