/** The call in the waiting room: how long the seat is held, and the button that takes it. */

export const CALL_STYLE = `
#place[data-state="called"] {
  border-color: var(--accent);
  box-shadow: 0 0 0 3px var(--accent-soft);
}

.clock {
  position: relative;
  width: 10rem;
  margin: 1.5rem auto;
}

.clock svg {
  display: block;
  transform: rotate(-90deg);
}

.clock circle {
  fill: none;
  stroke: var(--sunken);
  stroke-width: 8;
}

.clock circle.left {
  stroke: var(--accent);
  stroke-linecap: round;
  stroke-dasharray: 1;
  transition: stroke-dashoffset 250ms linear;
}

.clock p {
  position: absolute;
  inset: 0;
  display: grid;
  align-content: center;
  line-height: 1.15;
}

.clock span {
  font-size: 2.5rem;
  font-weight: 650;
  letter-spacing: -0.02em;
}

.clock small {
  max-width: 6rem;
  margin: 0 auto;
  font-size: 0.875rem;
  color: var(--muted);
}

.call[data-last="true"] .left {
  stroke: var(--signal-fill);
}

.call[data-last="true"] .clock span {
  color: var(--signal);
}

.button.large {
  width: 100%;
  min-height: 60px;
  font-size: 1.1875rem;
}

.call > p {
  margin-top: 1rem;
}

@media (forced-colors: active) {
  .clock circle {
    stroke: GrayText;
  }

  .clock circle.left {
    stroke: Highlight;
  }
}
`;
