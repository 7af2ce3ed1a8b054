/**
 * The page's one style sheet: light, dark, narrow and printed. Contrast of all text is at least
 * 4.5 : 1.
 */

const colors = `
:root{color-scheme:light dark;
--page:#faf9f6;--card:#fff;--ink:#1d1c1a;--soft:#5c5953;--line:#dedad2;--grid:#ebe8e1;
--hot:#b93a0e;--warm:#8f6300;--cold:#1c5fa8;--other:#6b6862;
--hot-area:#f6ddd0;--warm-area:#f3e5c0;--cold-area:#d7e5f4;--other-area:#e5e2db;
--good:#17693a;--bad:#a8281d;--code:#f0ede6}
@media (prefers-color-scheme:dark){:root{
--page:#151517;--card:#1d1d20;--ink:#eceae6;--soft:#aca8a1;--line:#3a393d;--grid:#2a2a2e;
--hot:#ff9168;--warm:#e3b34f;--cold:#7cb7f7;--other:#a3a09a;
--hot-area:#4a2a1e;--warm-area:#40351a;--cold-area:#1f3448;--other-area:#333236;
--good:#6bcf93;--bad:#ff9a8f;--code:#29292d}}
`

const text = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:66rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
h1{font-size:1.8rem;line-height:1.28;font-weight:600;letter-spacing:-.012em;
margin:.35rem 0 1.4rem;max-width:46rem;text-wrap:balance}
h2{font-size:1.3rem;line-height:1.3;font-weight:600;margin:0 0 .35rem}
h3{font-size:1rem;font-weight:600;margin:0}
p{margin:0 0 .8rem;max-width:46rem}
a{color:var(--cold);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--cold);outline-offset:2px}
section{margin:3.2rem 0 0}
section>p{color:var(--soft)}
.eyebrow{color:var(--soft);font-size:.9rem;margin:0}
.good{color:var(--good)}.bad{color:var(--bad)}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);
white-space:nowrap}
code{font:.88em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--code);
border-radius:.25rem;padding:.12em .35em;overflow-wrap:anywhere}
nav{margin:1.6rem 0 0;font-size:.92rem;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
footer{margin-top:3.5rem;padding-bottom:3rem;color:var(--soft);font-size:.9rem}
`

const verdict = `
.verdict{margin:0;border-top:1px solid var(--line)}
.verdict div{display:grid;grid-template-columns:11rem 1fr;padding:.55rem 0;
border-bottom:1px solid var(--line)}
.verdict .mark{font-weight:700;position:absolute;left:0}
.verdict dt{color:var(--soft);position:relative;padding-left:1.4rem}
.verdict dd{margin:0;max-width:46rem;overflow-wrap:anywhere}
.advice{list-style:none;counter-reset:advice;margin:1rem 0 0;padding:0;display:grid;
gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,19.5rem),1fr))}
.advice li{background:var(--card);border:1px solid var(--line);border-radius:.5rem;
padding:1rem 1.1rem;counter-increment:advice}
.advice h3::before{content:counter(advice) ". ";color:var(--soft)}
.advice p{margin:.35rem 0 .7rem;color:var(--soft);font-size:.95rem;overflow-wrap:anywhere}
.advice code{display:block;font-size:.82em;overflow-wrap:break-word;padding:.45em .6em;
margin-top:.3rem}
`

const tablesAndRows = `
.scroll{overflow-x:auto;margin-top:.9rem}
table{border-collapse:collapse;width:100%;font-size:.93rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);padding:0 0 .3rem}
th,td{text-align:left;vertical-align:top;padding:.42rem 1.3rem .42rem 0;
border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--soft);font-weight:500;white-space:nowrap}
tbody th{font-weight:500;overflow-wrap:anywhere;min-width:8.5rem}
.number{text-align:right;white-space:nowrap}
td.words,td:has(>.good,>.bad){white-space:nowrap}
.long{min-width:14rem;color:var(--soft)}
.more{color:var(--soft);font-size:.93rem;margin:.5rem 0 0}
.volumes{margin-top:1rem;border-top:1px solid var(--line)}
details{border-bottom:1px solid var(--line)}
summary{padding:.5rem 0;cursor:pointer;overflow-wrap:anywhere}
.volume{font-weight:500;margin-right:.6rem}
.facts{color:var(--soft);font-size:.93rem}
.blocked{border:1px solid var(--bad);color:var(--bad);border-radius:1rem;
padding:.05rem .55rem;font-size:.82rem;margin-left:.4rem;white-space:nowrap}
.opened{padding:.3rem 0 1.4rem;scroll-margin-top:3rem}
.opened svg{max-width:36rem}
.opened .scroll{max-height:24rem;overflow:auto}
.opened tbody th,.opened tbody td:nth-child(2){white-space:nowrap}
.names{columns:12rem;padding-left:1.1rem;overflow-wrap:anywhere}
.facts-list div{display:grid;grid-template-columns:11rem 1fr;padding:.3rem 0}
.facts-list dt{color:var(--soft)}.facts-list dd{margin:0;overflow-wrap:anywhere}
`

const charts = `
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));
gap:2.2rem 2.4rem;margin-top:1.2rem}
figure{margin:0;min-width:0}
figcaption p{color:var(--soft);font-size:.93rem;margin:.15rem 0 .7rem;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-size:12px;fill:var(--soft)}
svg .name{font-weight:600;fill:var(--ink)}svg .note{fill:var(--ink)}
.grid{stroke:var(--grid);fill:none}.axis{stroke:var(--line);fill:none}
.line{fill:none;stroke-width:1.5;stroke-linejoin:round}
.line.heat{stroke:var(--ink);stroke-width:1.2}
.limit{stroke:var(--soft);stroke-dasharray:5 4;fill:none}
.reference{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:1.5 3;fill:none}
.line.hot,.span.hot,.hollow.hot,.bar.hot{stroke:var(--hot)}
.line.warm,.span.warm,.hollow.warm,.bar.warm{stroke:var(--warm)}
.line.cold,.span.cold,.hollow.cold,.bar.cold{stroke:var(--cold)}
.span.all,.hollow.all{stroke:var(--ink)}
.fill.hot{fill:var(--hot)}
.fill.warm{fill:var(--warm)}
.fill.cold{fill:var(--cold)}
.fill.all{fill:var(--ink)}
.area.hot,.band.hot{fill:var(--hot-area)}
.area.warm,.band.warm{fill:var(--warm-area)}
.area.cold,.band.cold{fill:var(--cold-area)}
.band{stroke-width:1.5}
.band.hot{stroke:var(--hot)}
.band.warm{stroke:var(--warm)}
.band.cold{stroke:var(--cold)}
.band.mixed,.band.outside{fill:var(--other-area);stroke:var(--other)}
.band.replicas{fill:var(--cold-area);stroke:var(--cold)}
.band.shards{fill:var(--warm-area);stroke:var(--warm)}
.band.journals{fill:var(--hot-area);stroke:var(--hot)}
.span{stroke-width:2}.hollow{fill:var(--page);stroke-width:2}
.part.storage{fill:var(--cold)}.part.access{fill:var(--warm)}.part.migration{fill:var(--hot)}
.lane{stroke:var(--grid);stroke-width:8}.bar{stroke-width:8;fill:none}
`

const narrowAndPrinted = `
@media (max-width:40rem){
main,header,footer{padding-left:1rem;padding-right:1rem}header{padding-top:1.4rem}
h1{font-size:1.42rem}section{margin-top:2.4rem}
.verdict div{grid-template-columns:1fr}.verdict dd{padding-left:1.4rem}
.facts-list div{grid-template-columns:1fr}
svg text{font-size:14px}
.opened tbody th,.opened tbody td:nth-child(2){white-space:normal;min-width:5.4rem}
.long{min-width:19rem}tbody th{min-width:5.6rem}th,td{padding-right:.9rem}
.facts{display:block}.blocked{margin-left:0}}
@media print{
:root{--page:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--grid:#ddd;--code:#f3f3f3;
--hot:#b93a0e;--warm:#8f6300;--cold:#1c5fa8;--other:#6b6862;--good:#17693a;--bad:#a8281d;
--hot-area:#f6ddd0;--warm-area:#f3e5c0;--cold-area:#d7e5f4;--other-area:#e5e2db}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{font-size:10.5pt}main,header,footer{max-width:none;padding:0}
nav,.skip{display:none}.scroll{overflow:visible}
figure,.advice li,tr,.verdict div{break-inside:avoid}h2{break-after:avoid}#charts{
break-before:page}
.charts{grid-template-columns:1fr 1fr;gap:1.4rem}
summary{list-style:none}summary::-webkit-details-marker{display:none}}
`

export const style = [colors, text, verdict, tablesAndRows, charts, narrowAndPrinted].join('')
