"""What only a project knows comes from its object: language, terms, filters, who vouches."""

import dataclasses

import pandas as pd
from saved_pages import usual, write_now

from pagemill import cites, display, index, project

WORDS = {
    "Contents": "Inhalt",
    "Figure": "Abbildung",
    "Show code": "Code zeigen",
    "Hide code": "Code verbergen",
}


def test_a_page_speaks_the_language_of_its_project(waves, tmp_path):
    own = dataclasses.replace(
        project.current(),
        language="de",
        words=WORDS,
        licence="CC BY 4.0 <Wellen>",
        promise="Alles gerechnet.",
        filters=("Waves",),
    )
    project.use(own)
    page = write_now(waves, tmp_path / "wave-3.html", *usual())
    assert '<html lang="de">' in page
    assert "<summary>Inhalt</summary>" in page
    assert ">Abbildung 1 <" in page
    assert 'data-ct-hide="Code verbergen" hidden>Code zeigen</button>' in page
    assert "<dd>CC BY 4.0 &lt;Wellen&gt;</dd>" in page
    assert "<dd>Alles gerechnet.</dd>" in page
    index.write_index(tmp_path)
    listed = (tmp_path / "index.html").read_text("utf-8")
    assert "CC BY 4.0 &lt;Wellen&gt;" in listed
    # Each of the project's filters, then the topic.
    assert 'data-filter-0="3" data-filter-1="Waves"' in listed


def test_who_vouches_for_a_source_is_the_project_s_to_say(waves):
    table = pd.DataFrame(
        {
            "source_id": ["blog", "office"],
            "publisher": ["Ann (copy of Office)", "Office"],
            "title": ["Heights", "Heights"],
            "published": ["2026", "2026"],
            "kind": ["web", "law"],
        }
    )
    assert cites.sources("blog", "office", table=table)._repr_html_().count("<ol") == 1
    own = dataclasses.replace(
        project.current(),
        groups=("Law", "Web"),
        authority=lambda row: 0 if row["kind"] == "law" else 1,
        issuer=lambda who: ("Office", "Ann") if "copy" in who else (who, ""),
    )
    project.use(own)
    listed = str(cites.sources("blog", "office", table=table)._repr_html_())
    assert listed.index(">Law<") < listed.index("source-office") < listed.index(">Web<")
    assert "read from the copy of Ann" in listed


def test_a_table_looks_its_sources_up_once(waves):
    """A register of 400 rows read the table of sources 800 times."""
    asked = []
    about = {
        "publisher": ["Office", "Bureau"],
        "title": "Rain",
        "url": "https://a.example/",
    }
    table = pd.DataFrame({"source_id": ["a", "b"], **about})
    own = dataclasses.replace(
        project.current(), sources=lambda: asked.append(1) or table
    )
    project.use(own)
    frame = pd.DataFrame({"day": [1, 2, 3], "source_id": ["a", "b", "a;b"]})
    shown = display.register(frame, "Days")
    assert shown._repr_html_().count('href="https://a.example/"') == 4
    assert len(asked) <= 2  # for the words, and for the links
    assert [row[1] for row in shown.rows] == ["Office", "Bureau", "Office; Bureau"]
