"""The look of the boards: colours of the light and the dark side, and the style of their texts, tables and bars."""

from __future__ import annotations

from typing import Any, Final

from fazri_lib.views import palette

LIGHT: Final = {
    "page": "#f3f5f7",
    "card": "#ffffff",
    "ink": "#1f2933",
    "muted": "#56616e",
    "line": "#d9dfe6",
    "link": "#005b94",
    "actual": "#1f2933",
    "ahead": "#0072b2",
    "band": "#0072b2",
    "usual": "#b34e00",
    "limit": "#a3245c",
    "gap": "#b9c2cc",
    "bar": "#5b9bc8",
    "mark": "#ffd9a8",
    "low": "#3f6f9f",
    "medium": "#7d5b00",
    "high": "#b34700",
    "critical": "#7a0177",
    "good": "#00664b",
    "weak": "#8a5a00",
    "none": "#56616e",
}
DARK: Final = {
    "page": "#11161c",
    "card": "#1a2129",
    "ink": "#e6ebf0",
    "muted": "#a9b5c1",
    "line": "#35414e",
    "link": "#84c5f7",
    "actual": "#e6ebf0",
    "ahead": "#63b8ee",
    "band": "#63b8ee",
    "usual": "#ffa866",
    "limit": "#f58fb9",
    "gap": "#4d5b69",
    "bar": "#3f84b4",
    "mark": "#6b4a1f",
    "low": "#9ecae1",
    "medium": "#f0c75a",
    "high": "#ff9d5c",
    "critical": "#e79be4",
    "good": "#5fd3a8",
    "weak": "#f0c75a",
    "none": "#a9b5c1",
}
RAMP: Final = palette.SEQUENCE
HEADER: Final = "#0f3a57"


def colours(*, is_dark: bool) -> dict[str, str]:
    """Return the colours of one side by their roles."""
    return DARK if is_dark else LIGHT


def variables(*, is_dark: bool) -> dict[str, str]:
    """Return the colours as CSS variables: set on a root, they hold for all that lies in it."""
    named = {f"--fz-{role}": colour for role, colour in colours(is_dark=is_dark).items()}
    return named | {"color-scheme": "dark" if is_dark else "light"}


def theme() -> dict[str, Any]:
    """Return the Material theme of both sides."""
    return {"light": _material(LIGHT), "dark": _material(DARK)}


def _material(side: dict[str, str]) -> dict[str, Any]:
    palette_of_side = {
        "primary": {"main": side["link"]},
        "background": {"paper": side["card"], "default": side["page"]},
        "text": {"primary": side["ink"], "secondary": side["muted"]},
        "divider": side["line"],
    }
    return {"palette": palette_of_side, "typography": {"fontSize": 13.5}, "shape": {"borderRadius": 6}}


FONT: Final = 'Roboto,"Segoe UI","Helvetica Neue","Liberation Sans",Arial,sans-serif'
TEXT_CSS: Final = f"""
:host{{font:15px/1.5 {FONT};color:var(--fz-ink)}}
*{{box-sizing:border-box}}
h1{{font-size:1.5rem;line-height:1.2;margin:0;font-weight:700}}
h2{{font-size:1.06rem;line-height:1.3;margin:0 0 4px;font-weight:700}}
p{{margin:0 0 6px;max-width:100ch}} p.lead{{font-size:1.12rem}} .quiet{{color:var(--fz-muted);font-size:.86rem}}
a{{color:var(--fz-link);text-underline-offset:2px}}
a:focus-visible,button:focus-visible,input:focus-visible,summary:focus-visible{{
 outline:3px solid var(--fz-link);outline-offset:2px;border-radius:4px}}
.n{{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}}
td{{overflow-wrap:normal}} a.code,.code{{white-space:nowrap}}
.mark{{display:inline-block;padding:0 8px;border-radius:10px;font-size:.82rem;font-weight:700;line-height:1.5;
 border:1.5px solid currentColor;white-space:nowrap}}
.critical{{color:var(--fz-critical)}} .high{{color:var(--fz-high)}} .medium{{color:var(--fz-medium)}}
.low{{color:var(--fz-low)}} .good{{color:var(--fz-good)}} .weak{{color:var(--fz-weak)}}
.scroll{{overflow-x:auto;max-width:100%}}
table{{border-collapse:collapse;width:100%;font-size:.9rem}}
th,td{{padding:5px 12px 5px 0;text-align:left;vertical-align:top}} th:last-child,td:last-child{{padding-right:0}}
th{{font-weight:600;color:var(--fz-muted);border-bottom:1px solid var(--fz-line);white-space:nowrap}}
td{{border-bottom:1px solid var(--fz-line)}} tr:last-child td{{border-bottom:0}} th.n,td.n{{text-align:right}}
.notice{{background:color-mix(in srgb,var(--fz-link) 14%,var(--fz-card));border:1px solid var(--fz-link);border-radius:8px;
 padding:8px 14px;max-width:none}}
tr.chosen td{{background:color-mix(in srgb,var(--fz-link) 16%,transparent)}} tr.chosen td:first-child{{
 box-shadow:inset 4px 0 0 var(--fz-link);padding-left:10px}}
nav.pages{{margin:8px 0 2px;font-size:.9rem;color:var(--fz-muted)}} nav.pages a{{margin-left:12px}}
.scroll:focus-visible{{outline:3px solid var(--fz-link);outline-offset:2px}}
ul.key{{list-style:none;display:flex;flex-wrap:wrap;gap:2px 16px;margin:2px 0 0;padding:0;font-size:.82rem;
 color:var(--fz-muted)}}
ul.key i{{display:inline-block;width:18px;height:10px;margin-right:6px;border-radius:2px;vertical-align:0}}
.tiles{{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:10px;margin:6px 0 8px}}
.tile{{min-width:0;border:1px solid var(--fz-line);border-radius:8px;padding:8px 12px;display:block;text-decoration:none;
 color:inherit}} a.tile:hover{{border-color:currentColor}}
.tile b{{font-size:1.7rem;line-height:1.15;display:block;font-weight:700}} .tile span{{font-size:.84rem}}
.tile small{{display:block;color:var(--fz-muted);font-size:.78rem}}
@media (max-width:600px){{.tiles{{grid-template-columns:repeat(2,minmax(0,1fr))}}}}
@media (max-width:700px){{table.flow thead{{display:none}} table.flow tr{{display:block;padding:7px 0;
 border-bottom:1px solid var(--fz-line)}} table.flow td{{display:inline-block;border:0;padding:0 10px 0 0;line-height:1.7}}
 table.flow td:last-child{{display:block}}}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:4px 0 8px;font-size:.95rem}}
dt{{color:var(--fz-muted)}} dd{{margin:0;overflow-wrap:anywhere}}
"""
BARS_CSS: Final = """
table.bars{table-layout:fixed} table.bars td{padding:3px 12px 3px 0;border:0;vertical-align:middle}
table.bars td.name{overflow-wrap:anywhere} table.bars th.name{width:34%} table.bars th.n{width:64px}
table.bars th.more{width:128px} table.brief th.more{width:84px} table.brief th.name{width:38%}
.track{position:relative;height:16px;border-radius:3px;background:color-mix(in srgb,var(--fz-line) 55%,transparent)}
.track i{position:absolute;top:0;bottom:0;border-radius:3px}
.track .fill{background:var(--fz-bar);left:0;top:4px;bottom:4px;border-radius:2px}
.track .range{background:color-mix(in srgb,var(--fz-usual) 30%,transparent)}
.track .tick{background:var(--fz-usual);width:3px;margin-left:-1.5px}
.track .limit{background:var(--fz-limit);width:3px;margin-left:-1.5px;top:-2px;bottom:-2px}
.track .span{background:var(--fz-ink);height:2px;top:7px;bottom:auto;border-radius:0}
@media (max-width:600px){table.bars th.more,table.bars td.more{display:none} table.bars th.name{width:40%}
 table.bars td,table.bars th{padding-right:8px} table.bars th.n{width:52px}}
"""
GRID_CSS: Final = """
:host{display:grid!important;grid-template-columns:repeat(12,minmax(0,1fr));gap:14px;align-items:stretch;
 padding:16px 20px 32px;background:var(--fz-page);min-height:calc(100vh - 64px);box-sizing:border-box;
 align-content:start;grid-auto-rows:max-content;height:auto!important;flex:1 1 0!important;width:0!important}
.fz-full{grid-column:span 12} .fz-tall{grid-row:span 2} .fz-taller{grid-row:span 3} .fz-wide{grid-column:span 8} .fz-half{grid-column:span 6} .fz-slim{grid-column:span 4}
@media (max-width:960px){.fz-wide,.fz-half,.fz-slim{grid-column:span 12}
 .fz-tall,.fz-taller{grid-row:auto}}
@media (max-width:600px){:host{padding:10px 8px 24px;gap:10px}}
"""
CARD_CSS: Final = """
:host{background:var(--fz-card);border:1px solid var(--fz-line);border-radius:10px;padding:14px 16px 10px;
 box-sizing:border-box;min-width:0;height:auto!important;min-height:min-content!important}
@media (max-width:600px){:host{padding:12px 12px 8px;border-radius:8px}}
"""
TABLE_CSS: Final = f"""
.tabulator{{font-family:{FONT};font-size:13.5px!important;background:transparent;color:var(--fz-ink);border:0!important}}
.tabulator .tabulator-header,.tabulator .tabulator-row,.tabulator .tabulator-cell{{font-size:13.5px!important}}
.tabulator .tabulator-col .tabulator-col-title{{padding-right:16px!important}}
.tabulator .tabulator-cell,.tabulator .tabulator-col-content{{padding:7px 8px!important}}
.tabulator a{{color:var(--fz-link)}}
.tabulator .tabulator-header,.tabulator .tabulator-header .tabulator-col,.tabulator .tabulator-footer{{
 background:transparent!important;color:var(--fz-muted)}}
.tabulator .tabulator-header{{border-bottom:1px solid var(--fz-line)!important;font-weight:600}}
.tabulator .tabulator-row,.tabulator .tabulator-row.tabulator-row-even{{background:transparent!important;color:var(--fz-ink);
 border-bottom:1px solid var(--fz-line)}}
.tabulator .tabulator-cell,.tabulator .tabulator-col{{border-right:0!important}}
"""
PLAIN_CARD_CSS: Final = ":host{min-width:0}"
