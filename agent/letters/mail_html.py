"""The HTML part: the receipt as a column of paper.

Drawn with tables and inline styles, since Outlook lays out with Word and many
readers drop ``<style>``; what little is in ``<style>`` only turns the colours
for the dark, so losing it loses nothing.  Every value is escaped by jinja2;
nothing of the receipt is ever marked safe.  The only picture is a receipt that the
till printed as one: it comes in the mail itself (``cid:``, RFC 2392), so nothing is
blocked, fetched or counted.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from jinja2 import Environment, StrictUndefined

from agent.letters.view import View
from agent.letters.words import Phrases
from agent.wire.money import Lang

TEMPLATE: Final = """\
{%- macro row(label, amount, remark, weight, size) -%}
<tr>
<td class="ink line" style="padding:7px 16px 7px 0;border-bottom:1px solid #E9E4D9;\
font-size:{{ size }};font-weight:{{ weight }};color:#1D1B18;vertical-align:top;\
word-break:break-word">{{ label }}\
{% if remark %}<br><span class="soft" style="font-size:13px;font-weight:400;\
color:#5F594F">{{ remark }}</span>{% endif %}</td>
<td class="ink line" align="right" style="padding:7px 0;\
border-bottom:1px solid #E9E4D9;font-size:{{ size }};font-weight:{{ weight }};\
color:#1D1B18;vertical-align:top;white-space:nowrap;\
font-variant-numeric:tabular-nums">{{ amount }}</td>
</tr>
{%- endmacro -%}
<!DOCTYPE html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no">
<title>{{ v.title }}</title>
<style>
@media (prefers-color-scheme: dark) {
.desk { background: #171513 !important; }
.paper { background: #24211D !important; border-color: #3A352E !important; }
.ink { color: #F4F1EA !important; }
.soft { color: #B9B2A5 !important; }
.line { border-color: #3A352E !important; }
.go { background: #2E9E76 !important; }
.going { color: #0C1F18 !important; }
.link { color: #7FD6B5 !important; }
}
[data-ogsc] .ink { color: #F4F1EA !important; }
[data-ogsc] .soft { color: #B9B2A5 !important; }
</style>
</head>
<body class="desk" style="margin:0;padding:0;background:#F1EDE4;\
-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">\
{{ preview }}</div>
<table role="presentation" class="desk" width="100%" cellpadding="0" \
cellspacing="0" border="0" bgcolor="#F1EDE4"><tr>
<td align="center" style="padding:24px 12px">
<table role="presentation" class="paper" width="560" cellpadding="0" \
cellspacing="0" border="0" bgcolor="#FBFAF7" style="width:100%;max-width:560px;\
background:#FBFAF7;border:1px solid #E0DACD;border-radius:12px;\
font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;text-align:left">
<tr><td style="padding:32px 28px 8px">
{% if v.copy %}<p class="ink" style="margin:0 0 16px;padding:6px 12px;\
border:2px solid #1D1B18;display:inline-block;font-size:15px;font-weight:700;\
letter-spacing:1px;color:#1D1B18">{{ v.copy }}</p>{% endif %}
<h1 class="ink" style="margin:0;font-size:20px;line-height:28px;font-weight:600;\
color:#1D1B18">{{ v.title }} · {{ v.shop }}</h1>
<p class="soft" style="margin:4px 0 0;font-size:15px;line-height:22px;\
color:#5F594F">{{ v.when }}{% if v.number %} · {{ v.number }}{% endif %}</p>
{% if v.total %}<p class="ink" style="margin:20px 0 0;font-size:40px;\
line-height:48px;font-weight:700;color:#1D1B18;\
font-variant-numeric:tabular-nums">{{ v.total }}</p>{% endif %}
{% if v.count %}<p class="soft" style="margin:0;font-size:15px;line-height:22px;\
color:#5F594F">{{ v.count }}</p>{% endif %}
</td></tr>
<tr><td style="padding:20px 28px 4px">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="go" bgcolor="#0B6B4F" style="border-radius:12px">
<a class="going" href="{{ url }}" style="display:inline-block;padding:14px 24px;\
font-size:16px;line-height:22px;font-weight:600;color:#FFFFFF;\
text-decoration:none">{{ said.page }}</a></td>
</tr></table>
</td></tr>
{% if v.items %}<tr><td style="padding:20px 28px 0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
{% for it in v.items %}{{ row(it.label, it.amount, it.remark, 400, "16px") }}
{% endfor %}</table>
</td></tr>{% endif %}
{% if v.sums or v.payments or (v.items and v.total) %}\
<tr><td style="padding:12px 28px 0">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">
{% for it in v.sums %}{{ row(it.label, it.amount, "", 400, "15px") }}
{% endfor %}{% if v.total %}{{ row(said.total, v.total, "", 700, "20px") }}
{% endif %}{% for it in v.payments %}{{ row(it.label, it.amount, "", 400, "15px") }}
{% endfor %}</table>
</td></tr>{% endif %}
{% if v.picture %}<tr><td style="padding:28px 28px 0">
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;\
color:#5F594F">{{ said.strip }}</p>
<img src="cid:{{ cid }}" alt="{{ said.picture }}" width="{{ picture_width }}" \
style="display:block;width:100%;max-width:{{ picture_width }}px;height:auto;\
margin:0 auto;background:#FFFFFF">
</td></tr>{% endif %}
{% if v.lines %}<tr><td style="padding:28px 28px 0">
<p class="soft" style="margin:0 0 8px;font-size:13px;line-height:20px;\
color:#5F594F">{{ said.machine if v.machine else said.strip }}</p>
<pre class="ink line" style="margin:0;padding:16px 0;border-top:1px dashed #B9B2A5;\
border-bottom:1px dashed #B9B2A5;font-family:'DejaVu Sans Mono',Consolas,Menlo,\
'Courier New',monospace;font-size:12px;line-height:18px;color:#1D1B18;\
white-space:pre;overflow-x:auto">{{ v.lines | join("\\n") }}</pre>
</td></tr>{% endif %}
<tr><td style="padding:28px 28px 32px">
<p class="soft" style="margin:0;font-size:14px;line-height:21px;color:#5F594F">\
{{ said.why.format(shop=v.shop) }} {{ said.use }}</p>
<p class="soft" style="margin:12px 0 0;font-size:14px;line-height:21px;\
color:#5F594F"><a class="link" href="{{ mailto }}" style="color:#0B6B4F;\
font-weight:600">{{ said.not_me }}</a><br>\
{{ said.not_me_how.format(sender=sender) }}</p>
</td></tr>
</table>
</td></tr></table>
</body>
</html>
"""

WIDEST: Final = 504
"""Pixels inside the column."""

_PAGE: Final = Environment(autoescape=True, undefined=StrictUndefined).from_string(
    TEMPLATE
)


def html_part(
    shown: View, said: Phrases, *, url: str, sender: str, lang: Lang, cid: str
) -> str:
    """The whole document; ``url`` and ``sender`` are already known to be sound.

    ``cid`` is the Content-ID of the picture, if the receipt has one.
    """
    wide = shown.picture.width if shown.picture else 0
    preview = " · ".join(part for part in (shown.total, shown.shop, shown.when) if part)
    subject = quote(f"{said.not_me_subject} ({shown.day})", safe="")
    return _PAGE.render(
        v=shown,
        said=said,
        url=url,
        sender=sender,
        lang=lang,
        cid=cid,
        picture_width=min(wide, WIDEST),
        preview=preview,
        mailto=f"mailto:{quote(sender, safe='@')}?subject={subject}",
    )
