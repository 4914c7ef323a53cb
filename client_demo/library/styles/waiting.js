/** The waiting room: one card that says one thing at a time. */

export const WAITING_STYLE = `
:host {
  container-type: inline-size;
  width: min(34rem, 100%);
  margin-inline: auto;
  text-align: center;
}

#place {
  padding: clamp(1.25rem, 6vw, 3rem);
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  box-shadow: var(--fullhouse-shadow, 0 1px 2px rgb(0 0 0 / 5%), 0 8px 24px -12px rgb(0 0 0 / 16%));
  overflow-wrap: break-word;
}

#headline {
  font-size: clamp(1.625rem, 6vw, 2.125rem);
}

/* Two lines in each state, so that what is below does not move when the place is known. */
@container (width < 480px) {
  #headline {
    min-height: 2lh;
    align-content: end;
  }
}

#headline:focus {
  outline: none;
}

.lead {
  max-width: 26rem;
  margin: 0.75rem auto 0;
  font-size: 1.0625rem;
  color: var(--muted);
}

.lead:empty {
  display: none;
}

/* What the host tells everybody in line */

.message {
  margin-top: 1.5rem;
  padding: 0.875rem 1.125rem;
  border-inline-start: 4px solid var(--accent);
  border-radius: 8px;
  background: var(--accent-soft);
  text-align: start;
  overflow-wrap: anywhere;
}

.message-name {
  display: flex;
  justify-content: space-between;
  gap: 1rem;
  margin-bottom: 0.25rem;
  font-size: 0.875rem;
  color: var(--muted);
}

#message-at {
  white-space: nowrap;
}

#message-text {
  font-size: 1.0625rem;
}

::slotted([slot="inside"]) {
  margin-top: 1.75rem;
}

/* In line */

.waiting {
  margin-top: 1.75rem;
}

.ahead {
  font-size: 1.1875rem;
}

.ahead-figure {
  display: block;
  font-size: clamp(4.5rem, 22vw, 7rem);
  font-weight: 650;
  line-height: 1;
  letter-spacing: -0.04em;
  color: var(--accent);
}

.ahead-figure:empty + span {
  font-size: 1.5rem;
  font-weight: 650;
  color: var(--accent);
}

/* Figures of an earlier time, while the page is cut off */
[data-stale] .ahead,
[data-stale] .ahead-figure,
[data-stale] .waiting dd {
  color: var(--muted);
}

[data-stale] progress {
  filter: grayscale(1);
  opacity: 0.6;
}

progress {
  display: block;
  width: 100%;
  height: 8px;
  margin-top: 1.75rem;
  border: 0;
  border-radius: 4px;
  overflow: hidden;
  appearance: none;
  background: var(--sunken);
  color: var(--accent);
}

progress::-webkit-progress-bar {
  background: var(--sunken);
}

progress::-webkit-progress-value {
  border-radius: 4px;
  background: var(--accent);
  transition: inline-size 600ms;
}

progress::-moz-progress-bar {
  border-radius: 4px;
  background: var(--accent);
}

dl {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  gap: 0 1rem;
  margin-top: 1rem;
}

dt {
  color: var(--muted);
}

dd {
  font-weight: 600;
}

dd small {
  color: var(--muted);
  font-weight: 400;
}

/* At the foot */

.acts,
#next {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.5rem;
}

.acts .button,
::slotted([slot="next"]) {
  margin-top: 1.5rem;
}

.leaving {
  flex: 1;
  margin-top: 1.5rem;
  display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 0.75rem;
  padding: 1rem 1.25rem 1.25rem;
  border-radius: 10px;
  background: var(--sunken);
}

.leaving[hidden] {
  display: none;
}

.leaving p {
  grid-column: 1 / -1;
}

.leaving .button {
  margin-top: 0;
}

.foot {
  margin-top: 1.5rem;
  font-size: 0.875rem;
  color: var(--muted);
  text-wrap: balance;
}

.foot span {
  display: block;
}

.away {
  position: sticky; /* in sight, however far down the page goes */
  bottom: 0.75rem;
  display: flex;
  align-items: center;
  gap: 0.75rem;
  margin-top: 1rem;
  padding: 0.875rem 1.25rem;
  border-radius: 12px;
  background: var(--signal-soft);
  color: var(--signal);
  text-align: start;
}

.away::before {
  content: "";
  flex: none;
  width: 1rem;
  height: 1rem;
  border: 2px solid currentcolor;
  border-inline-end-color: transparent;
  border-radius: 50%;
  animation: turn 1200ms linear infinite;
}

@keyframes turn {
  to {
    transform: rotate(1turn);
  }
}

@media (forced-colors: active) {
  progress {
    border: 1px solid CanvasText;
  }

  progress::-webkit-progress-value {
    background: Highlight;
    forced-color-adjust: none;
  }

  .away {
    border: 1px solid CanvasText;
  }
}
`;
