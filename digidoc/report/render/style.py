"""The look of the page, on screens and on A4 paper."""

from typing import Final

from digidoc.report.render.charts import BAR, GOAL, GRID, INK, PALE, STEP_INKS, STEPS

_HEAT: Final = "".join(
    f".h{place}{{background:{colour};color:{ink}}}"
    for place, (colour, ink) in enumerate(zip(STEPS, STEP_INKS, strict=True))
)
_COLOURS: Final = (
    f":root{{--ink:{INK};--pale:{PALE};--line:{GRID};--bar:{BAR};--goal:{GOAL};--met:#1b6b2e;--missed:#b00020}}"
)
_RULES: Final = """
*{box-sizing:border-box}
body{margin:0;background:#fff;color:var(--ink);font:15px/1.45 "Segoe UI",Roboto,"Noto Sans",Arial,sans-serif}
main,header,footer{max-width:1240px;margin:0 auto;padding:0 20px}
header{padding-top:24px;border-top:6px solid var(--bar)}
h1{font-size:26px;line-height:1.2;margin:0 0 4px}
h1 small{display:block;font-size:15px;font-weight:400;color:var(--pale)}
h2{font-size:18px;margin:32px 0 10px;break-after:avoid}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:14px 0;font-size:14px}
dt{color:var(--pale)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.asked{margin:8px 0 0;padding:10px 14px;background:#f4f7fa;border-left:4px solid var(--bar);list-style:none}
.asked .met{color:var(--met);font-weight:600}.asked .missed{color:var(--missed);font-weight:600}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px;margin:18px 0}
.card{border:1px solid var(--line);border-radius:6px;padding:12px 14px;break-inside:avoid}
.card.first{border-color:var(--bar);border-width:2px}
.card b{display:block;font-size:26px;line-height:1.2;font-variant-numeric:tabular-nums}
.card span{display:block;font-size:13px;color:var(--pale)}
.card svg{display:block;width:100%;height:8px;margin-top:8px}
svg text{font-family:inherit}
.chart{width:100%;height:auto;display:block;break-inside:avoid}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}
th,td{border:1px solid var(--line);padding:4px 7px;vertical-align:top;text-align:left;overflow-wrap:break-word}
thead th{background:#e8eff6;text-align:center;vertical-align:middle}
td.n{text-align:right;white-space:nowrap}
td.met{color:var(--met);font-weight:600}td.missed{color:var(--missed);font-weight:600}
tr,.whole{break-inside:avoid}thead{display:table-header-group}
tr.sum td{font-weight:700;background:#f4f7fa}
.rank td{border-width:0 0 1px}.rank td:first-child{width:34%}.rank td.n{width:1%}
.rank svg{display:block;width:100%;height:16px;margin-top:2px}
.heat{table-layout:fixed}.heat th{font-weight:600}
.heat td,.heat th{padding:3px 1px;text-align:center;font-size:11px}
.heat th:first-child{width:190px;text-align:left;padding-left:4px;font-weight:400;background:#fff}
.heat thead th{white-space:nowrap;font-size:10px;line-height:1.15}
.key{display:inline-block;min-width:58px;padding:1px 8px;margin-right:4px;font-size:12px;text-align:center}
.none{background:#fff}
table.trend{width:auto;min-width:50%}
p.small,footer{font-size:12px;color:var(--pale);overflow-wrap:anywhere}
footer{padding-bottom:28px}
@page{size:A4 landscape;margin:11mm 12mm 13mm}
@page{@bottom-right{content:counter(page) " / " counter(pages);font:9pt Arial,sans-serif}}
@media print{
body{font-size:10pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main,header,footer{max-width:none;padding:0}
header{padding-top:8px}
h1{font-size:17pt}h2{font-size:12pt;margin:16px 0 6px}
table{font-size:7.5pt}th,td{padding:2px 4px}
.wide{overflow:visible}.heat{min-width:0!important}
.heat td,.heat th{font-size:6.5pt;padding:2px 0}.heat thead th{font-size:5.5pt}.heat th:first-child{width:150px}
.rank{font-size:8.5pt}.rank svg{height:10px}
.cards{gap:8px}.card{padding:8px 10px}.card b{font-size:17pt}
}
"""
STYLE: Final = _COLOURS + _RULES + _HEAT
