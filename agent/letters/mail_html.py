"""The HTML part: the receipt as a column of paper.

Drawn with tables and inline styles, since Outlook lays out with Word and many
readers drop ``<style>``; what little is in ``<style>`` only turns the colours
for the dark, so losing it loses nothing (each block by itself: some readers drop a whole
one for a selector that they do not know).  Every value is escaped by jinja2;
nothing of the receipt is ever marked safe.  The pictures come in the mail itself
(``cid:``, RFC 2392), so nothing is blocked, fetched or counted.

Right to left, sides are swapped by attributes, which the same readers obey; amounts and
the till's own lines stay left to right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from agent.letters.code_picture import CodePicture
from agent.letters.phrases import Phrases
from agent.letters.view import View, no_mail_url, not_me_url
from agent.wire.money import Tongue

TEMPLATE: Final = """\
{%- macro row(label, amount, remark, weight, size) -%}
<tr>
<td class="ink line" align="{{ start }}" style="padding:{{ apart }};\
border-bottom:1px solid #E9E4D9;\
font-size:{{ size }};font-weight:{{ weight }};color:#1D1B18;vertical-align:top;\
word-break:break-word"><span dir="auto">{{ label }}</span>\
{% if remark %}<br><span class="soft" dir="ltr" style="font-size:13px;font-weight:400;\
color:#5F594F">{{ remark }}</span>{% endif %}</td>
<td class="ink line" align="{{ end }}" style="padding:7px 0;\
border-bottom:1px solid #E9E4D9;font-size:{{ size }};font-weight:{{ weight }};\
color:#1D1B18;vertical-align:top;white-space:nowrap;\
font-variant-numeric:tabular-nums"><span dir="ltr">{{ amount }}</span></td>
</tr>
{%- endmacro -%}
{%- macro note(text, top) -%}
<tr><td style="padding:{{ top }}px 28px 0">
<p class="ink" style="margin:0;font-size:16px;line-height:24px;color:#1D1B18">\
{{ text }}</p>
</td></tr>
{%- endmacro -%}
<!DOCTYPE html>
<html lang="{{ p.lang }}" dir="{{ way }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>{{ v.title }}</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
.desk { background: #171513 !important; }
.paper { background: #24211D !important; border-color: #3A352E !important; }
.ink { color: #F4F1EA !important; }
.soft { color: #B9B2A5 !important; }
.line { border-color: #3A352E !important; }
.mark { border-color: #F4F1EA !important; }
.go { background: #2E9E76 !important; }
.going { color: #0C1F18 !important; }
.link { color: #7FD6B5 !important; }
}
</style>
<style>
@media (min-width: 600px) { .strip { font-size: {{ strip_px[1] }}px !important; } }
</style>
<style>
[data-ogsc] .ink { color: #F4F1EA !important; }
[data-ogsc] .soft { color: #B9B2A5 !important; }
[data-ogsc] .link { color: #7FD6B5 !important; }
[data-ogsb] .desk { background: #171513 !important; }
[data-ogsb] .paper { background: #24211D !important; }
</style>
<!--[if mso]><style>table, td, p, h1, a, span { font-family: Arial, sans-serif !important; }\
</style><![endif]-->
{% if data %}<script type="application/ld+json">{{ data }}</script>
{% endif -%}
</head>
<body class="desk" style="margin:0;padding:0;background:#F1EDE4;\
-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">\
{{ preview }}</div>
<table role="presentation" class="desk" dir="{{ way }}" width="100%" cellpadding="0" \
cellspacing="0" border="0" bgcolor="#F1EDE4"><tr>
<td align="center" style="padding:24px 12px">
<table role="presentation" class="paper" dir="{{ way }}" width="560" cellpadding="0" \
cellspacing="0" border="0" bgcolor="#FBFAF7" style="width:100%;max-width:560px;\
background:#FBFAF7;border:1px solid #E0DACD;border-radius:12px;\
font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;text-align:{{ start }}">
<tr><td style="padding:32px 28px 8px">
{% if v.copy %}<p class="ink mark" dir="auto" style="margin:0 0 16px;padding:6px 12px;\
border:2px solid #1D1B18;display:inline-block;font-size:15px;font-weight:700;\
color:#1D1B18">{{ v.copy }}</p>{% endif %}
<h1 class="ink" style="margin:0;font-size:20px;line-height:28px;font-weight:600;\
color:#1D1B18">{{ v.title }} · {{ v.shop }}</h1>
<p class="soft" style="margin:4px 0 0;font-size:15px;line-height:22px;\
color:#5F594F">{{ v.when }}{% if v.number %} · {{ v.number }}{% endif %}</p>
{% if v.total %}<p class="ink" align="{{ start }}" style="margin:20px 0 0;\
font-size:40px;line-height:48px;font-weight:700;color:#1D1B18;\
font-variant-numeric:tabular-nums"><span dir="ltr">{{ v.total }}</span></p>{% endif %}
{% if v.count %}<p class="soft" style="margin:0;font-size:15px;line-height:22px;\
color:#5F594F">{{ v.count }}</p>{% endif %}
</td></tr>
{% for text in v.notes %}{{ note(text, 16) }}
{% endfor %}{% if p.code %}<tr><td style="padding:16px 28px 0">
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;\
color:#5F594F">{{ said.code }}</p>
<table role="presentation" align="center" cellpadding="0" cellspacing="0" border="0" \
bgcolor="#FFFFFF" style="background:#FFFFFF;margin:0 auto"><tr>
<td align="center" style="padding:4px 0">
<img src="cid:{{ p.code_cid }}" width="{{ p.code.width }}" height="{{ p.code.height }}" \
alt="{{ said.code_picture.format(text=p.code.text) }}" style="display:block;width:100%;\
max-width:{{ p.code.width }}px;height:auto;background:#FFFFFF;color:#1D1B18">
<p dir="ltr" style="margin:0;padding:0 8px 4px;font-family:'DejaVu Sans Mono',Consolas,\
Menlo,'Courier New',monospace;font-size:13px;line-height:20px;color:#1D1B18;\
word-break:break-all">{{ p.code.text }}</p>
</td></tr></table>
</td></tr>{% endif %}
<tr><td style="padding:20px 28px 4px">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="go" bgcolor="#0B6B4F" style="border-radius:12px;mso-padding-alt:14px 24px">
<a class="going" href="{{ p.url }}" style="display:inline-block;padding:14px 24px;\
font-size:16px;line-height:22px;font-weight:600;color:#FFFFFF;\
text-decoration:none">{{ said.page }}</a></td>
</tr></table>
</td></tr>
{% if v.items %}<tr><td style="padding:20px 28px 0">
<table role="presentation" dir="{{ way }}" width="100%" cellpadding="0" \
cellspacing="0" border="0">
{% for it in v.items %}{{ row(it.label, it.amount, it.remark, 400, "16px") }}
{% endfor %}</table>
</td></tr>{% endif %}
{% if v.left_out %}{{ note(said.more.format(count=v.left_out), 12) }}
{% endif %}{% if v.sums or v.payments or (v.items and v.total) %}\
<tr><td style="padding:12px 28px 0">
<table role="presentation" dir="{{ way }}" width="100%" cellpadding="0" \
cellspacing="0" border="0">
{% for it in v.sums %}{{ row(it.label, it.amount, "", 400, "15px") }}
{% endfor %}{% if v.total %}{{ row(said.total, v.total, "", 700, "20px") }}
{% endif %}{% for it in v.payments %}{{ row(it.label, it.amount, "", 400, "15px") }}
{% endfor %}</table>
</td></tr>{% endif %}
{% if v.picture %}<tr><td style="padding:28px 28px 0">
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;\
color:#5F594F">{{ said.strip }}</p>
<img src="cid:{{ p.picture_cid }}" alt="{{ said.picture }}" \
width="{{ picture_width }}" style="display:block;width:100%;\
max-width:{{ picture_width }}px;height:auto;margin:0 auto;background:#FFFFFF">
</td></tr>{% endif %}
{% if v.lines %}<tr><td style="padding:28px 28px 0">
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;\
color:#5F594F">{{ said.machine if v.machine else said.strip }}</p>
<pre class="ink line strip" dir="ltr" style="margin:0;padding:16px 0;\
border-top:1px dashed #B9B2A5;border-bottom:1px dashed #B9B2A5;\
font-family:'DejaVu Sans Mono',Consolas,Menlo,'Courier New',monospace;\
font-size:{{ strip_px[0] }}px;line-height:1.5;color:#1D1B18;text-align:left;\
white-space:pre;overflow-x:auto">{{ v.lines | join("\\n") }}</pre>
</td></tr>{% endif %}
{% for mention in v.mentions %}<tr><td style="padding:20px 28px 0">
<p class="ink" style="margin:0;font-size:14px;line-height:21px;color:#1D1B18">\
{{ mention }}</p>
</td></tr>{% endfor %}
{% if p.has_pdf %}<tr><td style="padding:20px 28px 0">
<p class="soft" style="margin:0;font-size:14px;line-height:21px;color:#5F594F">\
{{ said.pdf }}</p>
</td></tr>{% endif %}
{% if p.offer %}<tr><td style="padding:28px 28px 0">
<p class="soft line" style="margin:0;padding:16px 0 0;border-top:1px solid #E9E4D9;\
font-size:13px;line-height:20px;color:#5F594F">{{ said.offer.format(shop=v.shop) }}</p>
<p class="ink" dir="auto" style="margin:4px 0 0;font-size:16px;line-height:24px;\
color:#1D1B18">{{ p.offer }}</p>
<p class="soft" style="margin:4px 0 0;font-size:13px;line-height:20px;color:#5F594F">\
{{ said.offer_why }}</p>
</td></tr>{% endif %}
<tr><td style="padding:28px 28px 32px">
<p class="soft" style="margin:0;font-size:14px;line-height:21px;color:#5F594F">\
{{ said.why.format(shop=v.shop) }}{% if not p.offer %} {{ said.use }}{% endif %}</p>
<p class="soft" style="margin:12px 0 0;font-size:14px;line-height:21px;\
color:#5F594F"><a class="link" href="{{ not_me }}" style="color:#0B6B4F;\
font-weight:600">{{ said.not_me }}</a><br>\
{{ how[0] }}<a class="link" dir="ltr" href="{{ mailto }}" \
style="color:#0B6B4F">{{ p.sender }}</a>{{ how[2] }}</p>
<p class="soft" style="margin:12px 0 0;font-size:14px;line-height:21px;\
color:#5F594F"><a class="link" href="{{ no_mail }}" style="color:#0B6B4F">\
{{ said.no_mail }}</a></p>
</td></tr>
</table>
</td></tr></table>
</body>
</html>
"""

WIDEST: Final = 504
"""Pixels inside the column."""
NARROWEST: Final = 278
"""On a telephone of 360."""
EM: Final = 0.602
"""Of a monospaced character's width."""
LARGEST_PX, SMALLEST_PX = 13.0, 8.0
"""Of the till's own lines: so that they fit, as far as they can be read."""

_PAGE: Final = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    TEMPLATE
)


@dataclass(frozen=True, slots=True)
class Page:
    """What both parts are drawn from.

    ``url`` and ``sender`` (who reads answers) are already known to be sound; ``data`` is
    JSON in which no character can end a script element; ``mark`` names the pictures.
    """

    shown: View
    said: Phrases
    url: str
    sender: str
    lang: Tongue
    mark: str
    data: str = ""
    code: CodePicture | None = None
    has_pdf: bool = False
    offer: str = ""

    @property
    def code_cid(self) -> str:
        """The Content-ID of the bar code."""
        return f"code-{self.mark}@ticket.invalid"

    @property
    def picture_cid(self) -> str:
        """That of the receipt, where the till printed a picture."""
        return f"{self.mark}@ticket.invalid"


def fitting(page: Page, most: int) -> tuple[str, View]:
    """The document within ``most`` bytes, and what it shows then.

    First the till's own lines go, which the page and the PDF have; then the last goods.
    """
    shown = page.shown
    while _size(html := html_part(replace(page, shown=shown))) > most:
        if shown.items and shown.lines:
            shown = replace(shown, lines=())
        elif len(shown.items) > 1:
            kept = len(shown.items) * 3 // 4
            left_out = shown.left_out + len(shown.items) - kept
            shown = replace(shown, items=shown.items[:kept], left_out=left_out)
        elif len(shown.lines) > 1:
            kept = len(shown.lines) * 3 // 4
            left_out = shown.left_out + len(shown.lines) - kept
            shown = replace(shown, lines=shown.lines[:kept], left_out=left_out)
        else:
            break
    return html, shown


def _size(html: str) -> int:
    """In bytes, as it travels: a line ends in two."""
    return len(html.encode()) + html.count("\n")


def _fits(shown: View, room_px: int) -> float:
    columns = max((len(line) for line in shown.lines), default=1)
    size = int(10 * room_px / (EM * max(columns, 1))) / 10
    return min(LARGEST_PX, max(SMALLEST_PX, size))


def html_part(page: Page) -> str:
    """The whole document."""
    shown, said = page.shown, page.said
    wide = shown.picture.width if shown.picture else 0
    preview = " · ".join(part for part in (shown.total, shown.shop, shown.when) if part)
    subject = quote(f"{said.not_me_subject} ({shown.day})", safe="")
    start, end = ("left", "right") if said.way == "ltr" else ("right", "left")
    return _PAGE.render(
        p=page,
        v=shown,
        said=said,
        way=said.way,
        start=start,
        end=end,
        apart="7px 16px 7px 0" if said.way == "ltr" else "7px 0 7px 16px",
        strip_px=(_fits(shown, NARROWEST), _fits(shown, WIDEST)),
        data=Markup(page.data),  # noqa: S704 -- see Page
        picture_width=min(wide, WIDEST),
        preview=preview,
        not_me=not_me_url(page.url),
        no_mail=no_mail_url(page.url),
        how=said.not_me_how.partition("{sender}"),
        mailto=f"mailto:{quote(page.sender, safe='@')}?subject={subject}",
    )
