"""Turn an executed notebook into one self-contained HTML page, with our own nbconvert template."""

from __future__ import annotations

import base64
import hashlib
import re
import shlex
from dataclasses import replace
from typing import Any

from markupsafe import Markup
from nbformat import NotebookNode

from pagemill import inert, provenance
from pagemill.article import read, with_finding
from pagemill.htmlparts import TEMPLATES, curled, fill
from pagemill.linked import records
from pagemill.markdown import plain
from pagemill.params import chips as chips_of
from pagemill.params import written
from pagemill.plan import Run
from pagemill.project import current


def page(notebook: NotebookNode, run: Run, block: dict[str, Any]) -> str:
    """Return the HTML page of an executed notebook.

    Parameters
    ----------
    notebook
        Executed notebook.
    run
        The run that it is the result of.
    block
        Provenance block; the page's title, finding and parameters are added to it.

    Returns
    -------
    str
        The same inputs give the same bytes: no clock, random id, path or user name.

    Raises
    ------
    ReportError
        If an output has a picture without text alternative, or would run code or load something
        from another host.
    """
    rules = run.rules
    article = read(
        notebook,
        run.path.parent,
        rules.alternatives,
        rules.interactive,
        rules.silent_sections,
    )
    computed = curled(article.card.pop("title", ""))
    body, finding = article.body, ""
    if article.answer and not computed:
        # Who answers has a finding in the first figure's title, and in the heading a subject.
        body, finding = with_finding(body)
    record = {
        **block,
        "title": run.title or computed or finding or article.title or run.slug,
        "topic": run.topic,
        "front": run.front,
        "finding": plain(article.answer),
        "chips": chips_of(run.notebook, run.parameters),
    }
    if run.front == "question":
        article.card["question"] = plain(article.question)
    if article.card:
        record["card"] = article.card
    if lost := [*block.get("lost", ()), *article.lost]:
        record["lost"] = lost
    heading = record["title"]
    if rules.headline == "finding":
        heading = computed or finding or heading
    # Each piece was cleaned when it was read. Once more, as what has been done to it since, or was
    # forgotten then, must not come to a reader either.
    body = body if heading == finding else article.body
    article = replace(
        article,
        question=_cleaned(article.question),
        answer=_cleaned(article.answer),
        contents=[
            (name, Markup(inert.line(words))) for name, words in article.contents
        ],
        body=_cleaned(body),
    )
    html = fill(
        "index.html.j2",
        resources=frame("script.js"),
        record=record,
        article=article,
        heading=heading,
        run=run,
        command=command(run),
        json=provenance.to_json(record),
        linked=provenance.to_json(records(run, record, article.body, article.linked)),
    )
    return f"{html}\n"


def _cleaned(fragment: Markup) -> Markup:
    return Markup(inert.clean(fragment))


def frame(script: str) -> dict[str, str]:
    """Return what our templates share: style, script, and the policy that allows only these."""
    style = (TEMPLATES / "style.css").read_text("utf-8")
    # What it says to programmers is no part of each page.
    style = re.sub(r"/\*.*?\*/\s*", "", style, flags=re.DOTALL)
    code = (TEMPLATES / script).read_text("utf-8")
    policy = (
        "default-src 'none'; img-src data:; media-src data:; style-src 'unsafe-inline'; "
        f"script-src {_policy_hash(code)}; base-uri 'none'; form-action 'none'"
    )
    return {"style": Markup(style), "script": Markup(code), "policy": policy}


def _policy_hash(script: str) -> str:
    """Return what a policy calls a script by."""
    digest = hashlib.sha256(script.encode("utf-8", "replace")).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def command(run: Run) -> str:
    """Return the command that makes this page again.

    Examples
    --------
    >>> from pathlib import Path
    >>> asked = {"colour": "dark red", "number": 5, "end": None}
    >>> command(Run("x", "waves", Path("n"), asked)).partition(" ")[2]
    "render waves -p 'colour=dark red' -p number=5"
    """
    words = [current().command, "render", run.notebook]
    for name, value in run.parameters.items():
        if value not in ("", None):
            words += ["-p", f"{name}={written(value)}"]
    return shlex.join(words)
