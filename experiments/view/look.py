"""How the page looks: one style sheet, dark text on light ground with contrast of at least 4.5 to 1."""

PRIMARY = "#0b4f8a"
CSS = """
.ht-page { display: grid; grid-template-columns: 320px minmax(0, 1fr); gap: 12px; padding: 10px 14px;
  background: #f4f5f7; color: #1b1b1b; min-height: 100vh; font-size: 14px; align-items: start; }
.ht-page h1 { font-size: 20px; margin: 0; } .ht-page h2 { font-size: 16px; margin: 0 0 6px; }
.ht-page h3 { font-size: 15px; margin: 8px 0 4px; }
.ht-side, .ht-box { background: #ffffff; border: 1px solid #c9ced6; border-radius: 6px; padding: 12px; min-width: 0; }
.ht-main { min-width: 0; display: grid; gap: 12px; }
.ht-bar { display: flex; flex-wrap: wrap; gap: 10px; align-items: center; }
.ht-bar .ht-choice { flex: 0 0 180px; }
.ht-when { font-weight: 600; min-width: 15em; }
.ht-state { min-height: 1.4em; }
.ht-looks { display: grid; gap: 12px; align-items: start; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr);
  grid-template-rows: auto 1fr; grid-template-areas: "map charts" "card charts"; }
@media (min-width: 1600px) { .ht-looks { grid-template-areas: "map charts card"; grid-template-rows: auto;
  grid-template-columns: minmax(0, 1.4fr) minmax(0, 0.8fr) minmax(0, 1fr); } }
@media (max-width: 1000px) { .ht-page { grid-template-columns: minmax(0, 1fr); } .ht-looks { grid-template-rows: auto;
  grid-template-areas: "map" "charts" "card"; grid-template-columns: minmax(0, 1fr); } }
.ht-at-map { grid-area: map; } .ht-at-charts { grid-area: charts; } .ht-at-card { grid-area: card; }
.ht-maps { display: grid; gap: 14px 16px; margin: 8px 0 10px; grid-template-columns: repeat(2, minmax(0, 1fr));
  align-items: center; }
.ht-people { display: grid; gap: 8px 16px; margin: 8px 0; align-items: end;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 150px), 1fr)); }
.ht-note, .ht-label, .ht-facts, .ht-count { color: #444444; }
.ht-label { margin-top: 8px; font-size: 13px; } .ht-count { margin-left: 8px; font-size: 12px; flex: 0 0 auto; }
.ht-page .v-btn { text-transform: none; letter-spacing: 0; }
.ht-top { position: sticky; top: 0; z-index: 5; }
.ht-page p { margin: 4px 0; }
.ht-table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
.ht-table th, .ht-table td { border-bottom: 1px solid #d8dce2; padding: 3px 6px; text-align: right; }
.ht-table th:first-child { text-align: left; font-weight: 500; min-width: 6em; }
.ht-table.ht-requests tr > *, .ht-table.ht-stored-scenarios tr > *, .ht-table.ht-timeline-rows tr > *,
 .ht-table[class*="ht-spend"] tr > * { text-align: left; }
.ht-table thead th { color: #333333; font-weight: 600; vertical-align: bottom; }
.ht-tablebox { overflow-x: auto; }
.ht-term { border-bottom: 1px dotted #444444; cursor: help; }
.ht-help { display: none; max-width: 300px; font-weight: 400; color: #333333; white-space: normal; }
.ht-term:hover .ht-help, .ht-term:focus .ht-help { display: block; }
.ht-choice { display: block; min-width: 0; } .ht-choice-label, .ht-choice summary { font-size: 13px; color: #333333; }
.ht-choice select { display: block; width: 100%; min-height: 32px; padding: 2px 4px; color: #1b1b1b;
  background: #ffffff; border: 1px solid #767c86; border-radius: 4px; font-size: 15px; appearance: auto; }
details.ht-choice { align-self: center; } details.ht-choice label { display: block; padding: 3px 0; }
.ht-choice summary { cursor: pointer; padding: 6px 0; font-size: 15px; }
.ht-to-mend { color: #a30000; font-size: 13px; margin-left: 8px; flex: 0 0 auto; }
.ht-layer-help { color: #333333; font-size: 13px; }
.ht-share { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; font-size: 13px; }
.ht-share button { padding: 4px 8px; min-height: 28px; }
.ht-open { border: 1px solid #767c86; border-radius: 4px; padding: 4px 8px; cursor: pointer; position: relative; }
.ht-open input { position: absolute; inset: 0; opacity: 0; width: 100%; cursor: pointer; }
.ht-open:focus-within { outline: 3px solid #b3005e; outline-offset: 2px; }
.ht-share .ht-error { white-space: pre-wrap; overflow-wrap: anywhere; width: 100%; }
.ht-answers { display: grid; gap: 4px 20px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
.ht-headline td:last-child { white-space: nowrap; }
.ht-at-stored td, .ht-at-stored .ht-label { white-space: pre-line; }
.ht-page .ht-told, .ht-page .ht-limits ul { padding-left: 1.2em; margin: 0; font-size: 13px; }
.ht-page .ht-told strong { font-weight: 700; }
.ht-limits { border: 1.5px solid #1b1b1b; border-radius: 4px; padding: 4px 10px; margin-top: 6px; font-size: 13px; }
.ht-page .ht-limits h3 { font-size: 13px; margin: 0; } .ht-limits summary { cursor: pointer; }
.ht-next { padding-left: 1.4em; margin: 4px 0 0; }
.ht-options th:first-child { min-width: 9em; }
@media (max-width: 600px) { .ht-page { padding: 6px; gap: 6px; } .ht-side, .ht-box { padding: 8px; }
  .ht-top { position: static; } .ht-maps { grid-template-columns: minmax(0, 1fr); }
  .ht-bar .ht-choice { flex-basis: 100%; }
  .ht-main { order: -1; } .ht-when { min-width: 0; } }
.ht-caption { display: none; }
@media print { .ht-caption { display: block; font-weight: 600; }
  .ht-side, .ht-bar .v-btn, .ht-bar .ht-choice, .ht-keep, .ht-zoom, .ht-maps { display: none !important; }
  .ht-page, .ht-looks { display: block; background: #ffffff; }
  .ht-main, .v-application--wrap { display: block !important; }
  .ht-top { position: static; } .ht-box { border: 0; break-inside: avoid; padding: 4px 0; }
  .ht-map, .ht-charts { max-width: 100% !important; height: auto !important; } }
.ht-mapframe, .ht-chartbox { position: relative; } .ht-map, .ht-charts, .ht-spark { display: block; }
.ht-map { cursor: crosshair; }
.ht-zoom { position: absolute; top: 8px; right: 8px; display: grid; gap: 4px; }
.ht-zoom button { width: 32px; height: 32px; font-size: 18px; line-height: 1; }
.ht-page button[class^="ht-"] { background: #ffffff; color: #1b1b1b; border: 1px solid #767c86; border-radius: 4px; }
.ht-keep { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; margin-top: 6px; font-size: 13px; }
.ht-keep button { padding: 2px 8px; min-height: 28px; }
.ht-tip { position: absolute; z-index: 3; pointer-events: none; background: #ffffff; border: 1px solid #767c86;
  border-radius: 4px; padding: 4px 8px; font-size: 13px; max-width: 280px; box-shadow: 0 2px 6px rgba(0, 0, 0, 0.2); }
.ht-swipe { display: flex; gap: 10px; align-items: center; margin-top: 6px; } .ht-swipe input { flex: 1; }
.ht-lever { border-top: 1px solid #e3e6ea; padding: 6px 0; }
.ht-page .ht-group-head { padding: 8px 4px !important; min-height: 40px; height: auto !important; font-weight: 600;
  font-size: 15px; } .ht-group-head .v-btn__content { justify-content: flex-start; white-space: normal; width: 100%; }
.ht-page .ht-chevron { margin: 0 6px 0 auto; } .ht-page .ht-chevron::after { content: none; }
.ht-page .ht-chevron.theme--light.v-icon { color: #444444; }
.ht-side .v-label, .ht-bar .v-label, .ht-box .v-label { color: #333333 !important; }
.ht-page .ht-field { padding-top: 0; margin-top: 0; }
.ht-page .v-messages { color: #444444; } .ht-page .v-messages__message { line-height: 1.35; }
.ht-page .error--text .v-messages__message { color: #a30000; }
.ht-page .v-input .theme--light.v-icon { color: #444444; }
.ht-pending { background: #fff3c4; border: 1px solid #a67c00; border-radius: 4px; padding: 6px 8px; color: #3d2e00; }
.ht-error { background: #fde7e7; border: 1px solid #a30000; border-radius: 4px; padding: 6px 8px; color: #7a0000; }
.ht-page :focus-visible { outline: 3px solid #b3005e; outline-offset: 2px; }
.ht-page .v-input:focus-within { outline: 3px solid #b3005e; outline-offset: 3px; }
@media (min-width: 1001px) {
  .ht-side { position: sticky; top: 10px; max-height: calc(100vh - 20px); overflow-y: auto; } }
.ht-full { max-width: 36em; margin: 12vh auto; text-align: center; }
.ht-wait { min-height: 300px; display: flex; align-items: center; justify-content: center; color: #444444; }
"""
