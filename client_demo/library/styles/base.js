/**
 * Colours and parts of both elements. A page changes them through its own `--fullhouse-*`; light
 * or dark is what the page's `color-scheme` says, or the attribute `theme`.
 */

export const BASE_STYLE = `
:host {
  --accent: var(--fullhouse-accent, light-dark(#0b6660, #5ecabd));
  --accent-strong: var(--fullhouse-accent-strong, light-dark(#084f4a, #86ddd2));
  --accent-soft: var(--fullhouse-accent-soft, light-dark(#e1f0ed, #15312d));
  --on-accent: var(--fullhouse-on-accent, light-dark(#ffffff, #05211d));
  --surface: var(--fullhouse-surface, light-dark(#ffffff, #171d1c));
  --sunken: var(--fullhouse-sunken, light-dark(#f0eee7, #1f2625));
  --ink: var(--fullhouse-ink, light-dark(#1b201f, #e8ecea));
  --muted: var(--fullhouse-muted, light-dark(#5a6361, #a2adaa));
  --line: var(--fullhouse-line, light-dark(#dfdcd2, #2c3533));
  --edge: var(--fullhouse-edge, light-dark(#8b918e, #707b78));
  --signal: var(--fullhouse-signal, light-dark(#9a5200, #f2b75c));
  --signal-fill: var(--fullhouse-signal-fill, light-dark(#e0922f, #e8a23f));
  --signal-soft: var(--fullhouse-signal-soft, light-dark(#fdf0da, #33270f));
  --danger: var(--fullhouse-danger, light-dark(#a92a1f, #ff9b8c));
  --radius: var(--fullhouse-radius, 16px);
  --fullhouse-unit: 1em;
  display: block;
  color: var(--ink);
  font-family: var(--fullhouse-font, inherit);
  font-size: medium;
  font-weight: 400;
  line-height: 1.5;
  letter-spacing: normal;
  text-transform: none;
}

:host(:not([dir])) {
  direction: ltr; /* as the texts of the library are written */
}

:host([hidden]),
[hidden] {
  display: none !important;
}

:host([theme="light"]) {
  color-scheme: light;
}

:host([theme="dark"]) {
  color-scheme: dark;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}

h2,
p,
dl,
dd,
ul {
  margin: 0;
  padding: 0;
}

p,
small {
  text-wrap: pretty;
}

h2 {
  font-weight: 650;
  letter-spacing: -0.011em;
  line-height: 1.2;
  text-wrap: balance;
}

.figure {
  font-variant-numeric: tabular-nums;
}

.muted {
  color: var(--muted);
}

.unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}

:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 3px;
}

.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  min-height: 44px;
  padding: 0.5rem 1.125rem;
  border: 1px solid var(--edge);
  border-radius: 999px;
  background: var(--surface);
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  text-decoration: none;
  cursor: pointer;
  transition: background-color 120ms, border-color 120ms;
}

.button.main {
  border-color: transparent;
  background: var(--accent);
  color: var(--on-accent);
}

.button.quiet {
  border-color: transparent;
  background: transparent;
  color: var(--muted);
}

@media (hover: hover) {
  .button:hover {
    border-color: var(--ink);
  }

  .button.main:hover {
    background: var(--accent-strong);
  }

  .button.quiet:hover {
    color: var(--ink);
    background: var(--sunken);
  }
}

.link::before {
  content: "";
  display: inline-block;
  width: 0.5rem;
  height: 0.5rem;
  margin-inline-end: 0.5rem;
  border: 2px solid var(--accent);
  border-radius: 50%;
  background: var(--accent);
}

.link[data-phase="connecting"]::before,
.link[data-phase="away"]::before {
  border-color: var(--signal-fill);
  background: transparent;
}

.link[data-phase="ended"]::before {
  border-color: var(--danger);
  background: transparent;
}

@media (prefers-reduced-motion: reduce) {
  *,
  *::before,
  *::after {
    animation-duration: 1ms !important;
    animation-iteration-count: 1 !important;
    transition-duration: 1ms !important;
  }
}

@media (forced-colors: active) {
  .button.main {
    border: 2px solid ButtonText;
  }
}
`;
