"""HTML that a notebook shows, made inert: what may stand on a page is listed, all else is refused.

nh3 reads the HTML as a browser does and writes it again in one form, which no browser reads in
another way; only that form comes onto a page.
"""

from __future__ import annotations

import html
import re
from functools import partial

import nh3

# Elements of text, tables and our figures. None of them runs, loads or embeds anything by itself.
_HTML = (
    "a abbr b bdi blockquote br button caption cite code col colgroup dd del details dfn div dl dt"
    " em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp"
    " section small span strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr"
    # Of older pages, of forms that send nothing, and of scales.
    " big center fieldset font label legend meter nobr option progress rp rt ruby select"
    " strike tt"
    # Sound and pictures that are in the page.
    " audio source video"
)
_FORMULA = (
    "math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow"
    " mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics"
)
# How the words of a line may be set, and a formula.
_SET = "b bdi code em i kbd mark q s small strong sub sup u var"
_SET_FORMULA = (
    "accent columnalign columnlines depth display displaystyle fence form largeop linethickness"
    " lspace"
    " mathvariant maxsize minsize notation rowlines rspace scriptlevel separator stretchy symmetric"
    " xmlns"
)
# `style`, `script`, `animate`, `set`, `foreignObject` and pictures of other files are not here.
_SVG = (
    "circle clipPath defs desc ellipse g image line linearGradient marker mask path pattern polygon"
    " polyline radialGradient rect stop svg symbol text textPath title tspan use"
)
# Attributes whose value is a word, a number or text for people; `aria-*` and `data-*` are, too.
_PLAIN = (
    "abbr align alt bgcolor border cellpadding cellspacing char charoff checked class colspan"
    " columnalign columnlines columnspacing controls datetime dir disabled displaystyle download"
    " accent accentunder depth encoding face fence form largeop linebreak linethickness loop lspace"
    " mathcolor mathsize"
    " mathvariant maxsize minsize muted notation preload rowlines rowspacing rspace scriptlevel"
    " stretchy symmetric voffset separator for halign headers height hidden high id label lang low"
    " max min multiple nowrap open optimum placeholder readonly rel role rowspan rules scope"
    " selected size span start tabindex target title translate type valign value version width"
    " xmlns xmlns:xlink xml:space"
    # Without the prefix, as nh3 hands them over.
    " space xlink"
)
# Attributes of drawings: numbers, colours, paths, and references within the page.
_DRAWING = (
    "clip-path clip-rule clipPathUnits color cx cy d display dominant-baseline dx dy fill"
    " fill-opacity fill-rule font-family font-size font-style font-weight fx fy gradientTransform"
    " gradientUnits lengthAdjust letter-spacing marker-end marker-mid marker-start markerHeight"
    " markerUnits markerWidth mask maskContentUnits maskUnits offset opacity orient overflow"
    " paint-order pathLength patternContentUnits patternTransform patternUnits points"
    " preserveAspectRatio r refX refY rotate rx ry shape-rendering spreadMethod startOffset"
    " stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap"
    " stroke-linejoin stroke-miterlimit stroke-opacity stroke-width style text-anchor"
    " text-decoration textLength transform transform-origin vector-effect viewBox visibility x x1"
    " x2 y y1 y2"
)
_FUNCTIONS = (
    "calc|clamp|cubic-bezier|hsla?|inset|light-dark|linear-gradient|matrix|max|min|minmax"
    "|radial-gradient|rect|repeat|rgba?|rotate|scale|skew[xy]|translate[xy]?|var"
)
# What in a value of CSS is not known to be harmless: a load, an escape, a box over the page.
_STRANGE = re.compile(
    rf"""[\\@]|/\*|(?<![\w-])(?!(?:{_FUNCTIONS}|url(?=\(\s*["']?\#))?\s*\()[\w-]+\s*\("""
    # By what it is, not by what it is not: a custom property could hold the rest. Of these only
    # the page's own may not be set.
    r"|(?<![\w-])position\s*:(?!\s*(?:static|relative|absolute)\s*(?:[;!]|$))"
    r"|(?<![\w-])--ct[\w-]*\s*:",
    re.IGNORECASE,
)
_LINKS = {
    "a": re.compile(
        r"https?://|mailto:|#|data:text/csv[;,]|[^:/\\?#]*(?:[?#]|$)|[^:/\\?#]+/", re.I
    ),
    "img": re.compile(r"data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]", re.I),
    "image": re.compile(r"data:image/(?:png|jpeg|gif|webp)[;,]", re.I),
    **dict.fromkeys(
        ("audio", "source", "video"),
        re.compile(r"data:(?:audio|video)/[\w.+-]+[;,]", re.I),
    ),
}
_LOADED = {"img", "audio", "source", "video"}
# A picture's name is a property of the document, in the place of what the page's script calls.
_NAMED = {"a", "button", "details", "fieldset", "input", "meter", "select"}
# A style's comments and rules of rules, then its rules.
_NO_RULE = re.compile(
    r"/\*.*?\*/|@[^{;]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.DOTALL
)
_RULE = re.compile(r"([^{}]+)\{([^{}<]*)\}")
# One that begins with a sign could reach what stands beside the output.
_SELECTOR = re.compile(r"[\w.#*:][\w\s.#*:>+~-]*")
_WITHIN = re.compile(r"#")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_BLANK = re.compile(r"[\x00-\x20\x7f]")
_TAG = re.compile(r"<([A-Za-z][^\s/>]*)")
_SCHEME = re.compile(r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*+(?=:)")
# Text that nobody writes: where it is gone, a tag or comment swallowed what followed.
_END = "\uf8ff"
_SHOWN = 60

_TAGS = {*_HTML.split(), *_FORMULA.split(), *_SVG.split()}
_PLAIN_NAMES = {*_PLAIN.split()}
_DRAWING_NAMES = {*_DRAWING.split()}

# Of attributes all are handed over: the filter decides.
_cleaner = partial(
    nh3.Cleaner, attributes={}, generic_attribute_prefixes={""}, link_rel=None
)


def clean(fragment: str) -> str:
    """Return HTML as it may stand on a page: only what is listed, and every element closed.

    Examples
    --------
    >>> clean('<p onclick="x()">It&#x27;s <script>1</script><b>text')
    "<p>It's <b>text</b></p>"
    """
    return _CLEANER.clean(fragment)


def line(fragment: str) -> str:
    """Return the words of a line of HTML, how they are set and its formulas, and nothing else.

    So it can stand in a link: no link of its own, no id, nothing that has a place on the page.

    Examples
    --------
    >>> line('<a href="x">It</a> <b style="top:0">grew</b><script>1</script>')
    'It <b>grew</b>'
    """
    return _LINE_CLEANER.clean(fragment)


def made_inert(fragment: str) -> tuple[str, str]:
    """Return HTML as it may stand on a page, and the first thing that may not, in words, or "".

    What only is written in another form (`&quot;`, an end tag left out, a comment) is no fault.

    Examples
    --------
    >>> made_inert('<p class="note">A <a href="https://example.org/">page</a> &amp; more')
    ('<p class="note">A <a href="https://example.org/">page</a> &amp; more</p>', '')
    >>> made_inert('<p onclick="x()">text</p>')
    ('<p>text</p>', "the attribute 'onclick' of <p>")
    """
    faults: list[str] = []

    def note(tag: str, name: str, value: str) -> str:
        faults.append(_attribute(tag, name, value))
        return value

    # The same reading with nothing taken out shows what would be.
    written = _TAG.findall(fragment)
    names = {*written, *map(str.lower, written)}
    schemes = set(_SCHEME.findall(_BLANK.sub("", html.unescape(fragment)).lower()))
    cleaner = _cleaner(
        tags=_TAGS | names,
        clean_content_tags=set(),
        attribute_filter=note,
        url_schemes=schemes | _SCHEMES,
    )
    whole = cleaner.clean(fragment + _END)
    strange = [f"<{name}>" for name in _TAG.findall(whole) if name not in _TAGS]
    before, end, after = whole.rpartition(_END)
    unended = "" if end else "a tag or comment that never ends (write &lt; for <)"
    wrong = next(filter(None, [*strange, *faults, unended]), "")
    # Without a fault what was read is what is clean.
    return (clean(fragment) if wrong else before + after), wrong


def own_rules(style: str, within: str) -> str:
    """Return the rules of a style that only format, for what is inside an element.

    Examples
    --------
    >>> own_rules("p, + q {color: red} a {background: url(x)} @media print {b {top: 0}}", ".own")
    '.own p {color: red}'
    """
    kept = []
    for selectors, values in _RULE.findall(_NO_RULE.sub("", style)):
        own = filter(_SELECTOR.fullmatch, map(str.strip, selectors.split(",")))
        inside = [
            within if selector == ":root" else f"{within} {selector}"
            for selector in own
        ]
        if inside and not _STRANGE.search(values):
            kept.append(f"{', '.join(inside)} {{{' '.join(values.split())}}}")
    return "\n".join(kept)


def _attribute(tag: str, name: str, value: str) -> str:
    """Return what is wrong with an attribute, in words, or ""."""
    attribute = f"the attribute {name!r} of <{tag}>"
    if name in _DRAWING_NAMES:
        strange = _STRANGE.search(value)
        return f"{_short(strange[0])!r} in {attribute}" if strange else ""
    if name in _PLAIN_NAMES or name.startswith(("aria-", "data-")):
        return ""
    if name == "name" and tag in _NAMED:
        return ""
    if name == ("src" if tag in _LOADED else "href"):
        # Line ends in an encoded picture do no harm; in a link they could hide its kind.
        kind = value.partition(",")[0] if value.startswith("data:") else value
        if _LINKS.get(tag, _WITHIN).match(value) and not _UNSEEN.search(kind):
            return ""
        return f"the address {_short(value)!r} in <{tag}>"
    return attribute


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _kept(tag: str, name: str, value: str) -> str | None:
    return None if _attribute(tag, name, value) else value


_SCHEMES = {"http", "https", "mailto", "data"}
# Of these what they hold goes too: it is no text for people.
_CODE = {"iframe", "script", "style", "template"}
_CLEANER = _cleaner(
    tags=_TAGS, clean_content_tags=_CODE, attribute_filter=_kept, url_schemes=_SCHEMES
)
_LINE_CLEANER = nh3.Cleaner(
    tags={*_SET.split(), *_FORMULA.split()},
    clean_content_tags=_CODE,
    attributes={"*": {*_SET_FORMULA.split()}},
)
