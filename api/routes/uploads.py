"""`/upload`: the page on which a street committee hands in its sheets."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from analysis.weak.results import VERDICTS
from api.deps import results_of
from api.html import render
from api.job_folder import WORKING, Job
from api.pages.upload_texts import LABELS, upload_words
from api.routes.jobs import JobDep, JobsDep
from api.texts import PageTexts
from graph.model.labels import SheetKind
from graph.model.sheet_guess import SheetQuestion
from graph.model.texts import Text
from graph.model.vocabulary import SHEET_WORDS
from ingest.kinds.kinds import value_word
from ingest.values.sheet_words import field_word, words

router = APIRouter(include_in_schema=False)

Lang = Annotated[Literal["zh", "en"], Query()]
ISSUES_SHOWN = 500
_RECENT = 20


@router.get("/upload")
def upload_page(request: Request, jobs: JobsDep, lang: Lang = "zh") -> HTMLResponse:
    """Where files are chosen, with what was handed in and imported before."""
    w = upload_words(lang)
    live = [s.record() for s in results_of(request).datasets() if s.live]
    return _page(
        "upload.html",
        w,
        kinds=_kind_words(w),
        jobs=[{"job": j, "state": w(f"s_{j.state}")} for j in jobs.all()[:_RECENT]],
        datasets=live[::-1],
    )


@router.get("/upload/{job_id}")
def job_page(request: Request, job: JobDep, lang: Lang = "zh") -> HTMLResponse:
    """One file: what would change, its issues by cell, and what to do."""
    w = upload_words(lang)
    policy = results_of(request).policy
    result = job.result
    issues = result.issues if result else ()
    counts = {
        level: sum(i.level == level for i in issues) for level in ("error", "warning", "info")
    }
    return _page(
        "job.html",
        w,
        job=job,
        working=job.state in WORKING,
        state=w(f"s_{job.state}"),
        kinds=_kind_words(w),
        labels={name: w.of(pair) for name, pair in LABELS.items()},
        result=result,
        issues=issues[:ISSUES_SHOWN],
        issue_count=len(issues),
        counts=counts,
        rejected=sum(d.rows_rejected for d in result.datasets) if result else 0,
        coverage=_coverage(job, set(policy.coverage_kinds)),
        questions=_questions(request, job, w) if job.state == "asks" else [],
        field_word=lambda kind, name: field_word(SheetKind(kind), name),
        value_word=partial(_value_word, lang),
        doubtful=result is not None
        and any(r.unanswered or r.cells.not_read for r in result.receipts),
        verdicts=_verdicts(job, w),
    )


def _value_word(lang: str, kind: str, name: str, value: str) -> str:
    return value if lang == "en" else value_word(SheetKind(kind), name, value)


def _page(template: str, w: PageTexts, **context: Any) -> HTMLResponse:
    html = render(template, w=w, lang=w.lang, **context)
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _kind_words(w: PageTexts) -> dict[str, str]:
    return {kind: w.of(pair) for kind, pair in SHEET_WORDS.items()}


def _coverage(job: Job, kinds: set[str]) -> dict[str, int]:
    """How many areas tie data come to cover, and cover no more."""
    effect = job.result.effect if job.result else None
    areas = effect.areas if effect else ()
    return {
        "covered": sum(bool(kinds & set(a.after)) > bool(kinds & set(a.before)) for a in areas),
        "uncovered": sum(bool(kinds & set(a.before)) > bool(kinds & set(a.after)) for a in areas),
    }


def _verdicts(job: Job, w: PageTexts) -> list[tuple[str, str, str]]:
    """Areas whose verdict would change: code, verdict before, verdict after."""
    receipts = job.result.receipts if job.result else ()
    changes = next((r.verdicts for r in receipts if r.verdicts), ())

    def word(verdict: str | None) -> str:
        return w.of(Text(*VERDICTS[verdict])) if verdict in VERDICTS else "—"

    return [(c.name or c.code, word(c.before), word(c.after)) for c in changes]


def _questions(request: Request, job: Job, w: PageTexts) -> list[dict[str, Any]]:
    """The forms of a job's questions: first the kind, then the columns of the kind chosen."""
    found: dict[str, dict[str, Any]] = {}
    for question in job.result.questions if job.result else ():
        chosen = request.query_params.get(f"kind-{question.layout}", "")
        kind = SheetKind(chosen) if chosen in set(SheetKind) else None
        found.setdefault(question.layout, _form(question, kind, w))
    return list(found.values())


def _form(question: SheetQuestion, kind: SheetKind | None, w: PageTexts) -> dict[str, Any]:
    from ingest.reading.guess import form_word

    columns = next((c.columns for c in question.candidates if c.kind == kind), {})
    return {
        "layout": question.layout,
        "where": " ".join(filter(None, [question.file, question.sheet])),
        "kinds": question.choices,
        "kind": kind and str(kind),
        "fields": (
            [(n, field_word(kind, n)) for n in sorted(words().kinds[kind].names)] if kind else []
        ),
        "columns": [
            {
                "letter": c.letter,
                "header": c.header,
                "holds": form_word(c.holds, w.lang),
                "field": columns.get(c.header, ""),
            }
            for c in question.columns
        ],
    }
