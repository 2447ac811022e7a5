"""Bodies of the routes that take steps on a case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from gis_api.actions.step_order import AgreementGiven, DocumentGiven, Performance, StepOrder

Id = Annotated[int, Field(ge=1, le=2**62)]
Slug = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
RuleSlug = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
Words = Annotated[str, Field(min_length=1, max_length=4000)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class PerformanceBody(_Body):
    """One thing promised."""

    due_on: Day
    what: Annotated[str, Field(min_length=1, max_length=500)]
    amount_yuan: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None


class AgreementBody(_Body):
    """An agreement as written down, or as said and recorded."""

    form: Literal["written", "oral"]
    terms: Annotated[str, Field(min_length=1, max_length=8000)]
    effective_on: Day | None = None
    performances: Annotated[list[PerformanceBody], Field(max_length=100)] = []

    def to_given(self) -> AgreementGiven:
        return AgreementGiven(
            self.form,
            self.terms,
            self.effective_on,
            tuple(Performance(p.due_on, p.what, p.amount_yuan) for p in self.performances),
        )


class DocumentBody(_Body):
    """A paper with the fields of its template."""

    kind: Slug
    fields: Annotated[dict[Slug, Words], Field(max_length=20)] = {}
    due_on: Day | None = None
    addressee_officer_id: Id | None = None

    def to_given(self) -> DocumentGiven:
        return DocumentGiven(self.kind, self.fields, self.due_on, self.addressee_officer_id)


class StepBody(_Body):
    """A step, on the revision the caller saw; what it needs is listed with the allowed steps."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"step": "accept", "revision": 1},
                {"step": "begin", "revision": 4, "way": "mediating"},
                {
                    "step": "agree",
                    "revision": 5,
                    "on": "2026-04-10",
                    "agreement": {
                        "form": "written",
                        "terms": "双方同意按现场新立界桩耕种（合成数据）",
                        "performances": [{"due_on": "2026-05-10", "what": "支付差额（合成数据）"}],
                    },
                },
            ]
        },
    )

    step: Slug
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]
    on: Day | None = None
    reason: Words | None = None
    way: Slug | None = None
    ground: RuleSlug | None = None
    why: Slug | None = None
    post_id: Id | None = None
    officer_id: Id | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None = None
    clock: RuleSlug | None = None
    kin: bool | None = None
    agreement: AgreementBody | None = None
    document: DocumentBody | None = None
    document_id: Id | None = None
    procedure: Slug | None = None
    event: Slug | None = None
    performance_id: Id | None = None
    satisfaction: Literal["satisfied", "partly", "dissatisfied", "unreached"] | None = None

    def to_order(self) -> StepOrder:
        plain = self.model_dump(exclude={"agreement", "document"})
        return StepOrder(
            **plain,
            agreement=None if self.agreement is None else self.agreement.to_given(),
            document=None if self.document is None else self.document.to_given(),
        )
