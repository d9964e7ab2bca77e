/** How the panel looks. */
import { make } from './dom.js';

/** Styles what is in the shadow root, and nothing else. */
export function addStyle(shadow: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    // Not an element: a strict Content-Security-Policy forbids those.
    shadow.adoptedStyleSheets = [sheet];
  } catch {
    shadow.append(make('style', {}, STYLE));
  }
}

const STYLE = `
:host {
  all: initial; position: fixed; z-index: 2147483647; bottom: 12px; right: 12px;
  --back: #fff; --text: #1b1e25; --quiet: #5a6270; --rule: #dfe3e9; --tint: #f4f6f9;
  --accent: #4338ca; --sent: #1d4ed8; --heard: #15803d; --warning: #b45309; --error: #b91c1c;
  font: 12px/1.5 system-ui, sans-serif; color: var(--text); color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :host {
    --back: #15171c; --text: #e7e9ee; --quiet: #a2aab8; --rule: #2d323c; --tint: #1e2128;
    --accent: #a5b4fc; --sent: #93c5fd; --heard: #86efac; --warning: #fbbf24; --error: #fca5a5;
  }
}
:host([data-corner^='top']) { top: 12px; bottom: auto; }
:host([data-corner$='left']) { left: 12px; right: auto; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
button, select, input {
  font: inherit; color: inherit; background: var(--back);
  border: 1px solid var(--rule); border-radius: 6px; padding: 2px 8px;
}
button { cursor: pointer; }
button:hover { background: var(--tint); }
button[aria-pressed='true'] { border-color: var(--accent); color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: -1px; }
.toggle, .panel {
  background: var(--back); border: 1px solid var(--rule);
  box-shadow: 0 4px 24px rgb(0 0 0 / 18%);
}
.toggle {
  display: flex; gap: 6px; align-items: center;
  padding: 5px 12px; border-radius: 99px; font-weight: 600;
}
.panel {
  width: min(760px, calc(100vw - 24px)); height: min(440px, calc(100vh - 24px));
  display: flex; flex-direction: column; border-radius: 10px; overflow: hidden;
}
.dot { flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--quiet); }
[data-status='connected'] .dot { background: #16a34a; }
[data-status='connecting'] .dot, [data-status='reconnecting'] .dot { background: #f59e0b; }
[data-status='disconnected'] .dot { background: #dc2626; }
header { display: flex; align-items: center; gap: 8px; padding: 8px 8px 4px 12px; }
header button { margin-left: auto; border: 0; font-size: 16px; line-height: 1; padding: 4px 8px; }
.facts { color: var(--quiet); white-space: pre-wrap; font-variant-numeric: tabular-nums; }
.warning { color: var(--warning); font-weight: 600; }
.tabs { flex: 1; min-height: 0; display: flex; flex-direction: column; }
[role='tablist'] { display: flex; padding: 0 8px; border-bottom: 1px solid var(--rule); }
[role='tab'] {
  border: 0; border-radius: 6px 6px 0 0; padding: 4px 10px 6px; color: var(--quiet);
  border-bottom: 2px solid transparent;
}
[aria-selected='true'] { color: var(--accent); border-color: var(--accent); font-weight: 600; }
[role='tabpanel'] { flex: 1; min-height: 0; }
[role='tabpanel'] > div { height: 100%; display: flex; flex-direction: column; }
.tools { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; padding: 8px 12px; }
.tools [role='status'] { color: var(--quiet); }
ol { flex: 1; min-height: 0; margin: 0; padding: 0; list-style: none; overflow: auto; }
ol, pre, td { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 11px; }
li { border-top: 1px solid var(--rule); }
summary {
  display: grid; grid-template-columns: 84px 10px 148px 84px 1fr auto; gap: 8px;
  padding: 2px 12px; cursor: pointer;
}
summary:hover, details[open] { background: var(--tint); }
summary span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.time, .room, .size { color: var(--quiet); }
.type { font-weight: 600; }
[data-from='client'] .way, [data-from='client'] .type { color: var(--sent); }
[data-from='server'] .way, [data-from='server'] .type { color: var(--heard); }
[data-type='Malformed'] span { color: var(--error); }
details p { margin: 0; padding: 4px 12px 0; color: var(--quiet); }
pre { margin: 0; padding: 4px 12px 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
.panel .scrolls { display: block; overflow: auto; padding: 4px 12px 12px; }
h2 { font-size: 13px; margin: 8px 0 0; overflow-wrap: anywhere; }
p { margin: 0; color: var(--quiet); }
table { width: 100%; border-collapse: collapse; margin-top: 8px; }
caption { text-align: left; color: var(--quiet); padding-bottom: 2px; }
.people caption { display: none; }
.history td:last-child { width: 65%; }
th { text-align: left; font-weight: 600; }
th, td { padding: 2px 12px 2px 0; vertical-align: top; border-bottom: 1px solid var(--rule); }
td { overflow-wrap: anywhere; }
.numbers th + th, .numbers td + td { text-align: right; }
.people td:first-child::before {
  content: ''; display: inline-block; width: 9px; height: 9px; border-radius: 3px;
  margin-right: 6px; background: var(--swatch);
}
.panel .faults { display: grid; gap: 8px; align-content: start; padding-top: 12px; }
.faults label { display: flex; justify-content: space-between; align-items: center; gap: 12px; }
.faults .check { justify-content: start; }
.faults input[type='number'] { width: 104px; text-align: right; }
.faults .tools { padding: 4px 0; }
`;
