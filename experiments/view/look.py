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
.ht-bar .v-input { flex: 0 0 220px; }
.ht-when { font-weight: 600; min-width: 15em; }
.ht-state { min-height: 1.4em; }
.ht-looks { display: grid; gap: 12px; align-items: start; grid-template-columns: minmax(0, 1.5fr) minmax(0, 1fr);
  grid-template-rows: auto 1fr; grid-template-areas: "map charts" "card charts"; }
@media (min-width: 1600px) { .ht-looks { grid-template-areas: "map charts card"; grid-template-rows: auto;
  grid-template-columns: minmax(0, 1.4fr) minmax(0, 0.8fr) minmax(0, 1fr); } }
@media (max-width: 1000px) { .ht-page { grid-template-columns: minmax(0, 1fr); } .ht-looks { grid-template-rows: auto;
  grid-template-areas: "map" "charts" "card"; grid-template-columns: minmax(0, 1fr); } }
.ht-at-map { grid-area: map; } .ht-at-charts { grid-area: charts; } .ht-at-card { grid-area: card; }
.ht-maps { display: grid; gap: 4px 16px; grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: center; }
.ht-note, .ht-label, .ht-facts, .ht-count { color: #444444; }
.ht-label { margin-top: 8px; font-size: 13px; } .ht-count { margin-left: 8px; font-size: 12px; flex: 0 0 auto; }
.ht-page .v-btn { text-transform: none; letter-spacing: 0; }
.ht-top { position: sticky; top: 0; z-index: 5; }
.ht-page p { margin: 4px 0; }
.ht-table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
.ht-table th, .ht-table td { border-bottom: 1px solid #d8dce2; padding: 3px 6px; text-align: right; }
.ht-table th:first-child { text-align: left; font-weight: 500; } .ht-table.ht-requests tr > * { text-align: left; }
.ht-table thead th { color: #333333; font-weight: 600; vertical-align: bottom; }
.ht-wide { overflow-x: auto; }
.ht-spark { width: 100%; max-width: 620px; height: auto; display: block; }
.ht-page .ht-scenario .v-select__selection { white-space: normal; max-width: 100%; }
.ht-lever { border-top: 1px solid #e3e6ea; padding: 6px 0; }
.ht-group-head > * { flex: 0 1 auto !important; }
.ht-group-head .v-expansion-panel-header__icon { margin-left: auto !important; }
.ht-group-head { padding: 8px 4px !important; min-height: 40px !important; font-weight: 600; }
.ht-side .v-expansion-panel-content__wrap { padding: 0 4px 8px; }
.ht-side .v-label, .ht-bar .v-label, .ht-box .v-label { color: #333333 !important; }
.ht-page .ht-field { padding-top: 0; margin-top: 0; }
.ht-page .v-messages { color: #444444; } .ht-page .v-messages__message { line-height: 1.35; }
.ht-page .error--text .v-messages__message { color: #a30000; }
.ht-page .v-input .theme--light.v-icon { color: #444444; }
.ht-pending { background: #fff3c4; border: 1px solid #a67c00; border-radius: 4px; padding: 6px 8px; color: #3d2e00; }
.ht-error { background: #fde7e7; border: 1px solid #a30000; border-radius: 4px; padding: 6px 8px; color: #7a0000; }
.ht-page :focus-visible { outline: 3px solid #b3005e; outline-offset: 2px; }
.ht-page .v-input:focus-within { outline: 3px solid #b3005e; outline-offset: 3px; }
.ht-page .ht-scenario .v-select__selections { flex-wrap: nowrap; }
.ht-page .ht-scenario input { flex: 0 0 0; min-width: 0; padding: 0; }
@media (min-width: 1001px) {
  .ht-side { position: sticky; top: 10px; max-height: calc(100vh - 20px); overflow-y: auto; } }
.ht-full { max-width: 36em; margin: 12vh auto; text-align: center; }
.ht-wait { min-height: 300px; display: flex; align-items: center; justify-content: center; color: #444444; }
"""
