/** The host bar: one line of figures, and the notice below it while one stands. */

export const HOST_BAR_STYLE = `
:host {
  min-inline-size: min(100%, 16rem); /* a container has no width of its own, beside others in a row */
  container-type: inline-size;
}

#bar {
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--surface);
  overflow: clip;
}

.figures {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem 1rem;
  padding: 0.75rem 1.125rem;
}

.link {
  margin-inline-start: auto;
  font-size: 0.875rem;
}

progress {
  flex: 0 1 7rem;
  min-width: 4rem;
  height: 8px;
  border: 0;
  border-radius: 4px;
  overflow: hidden;
  appearance: none;
  background: var(--sunken);
}

progress::-webkit-progress-bar {
  background: var(--sunken);
}

progress::-webkit-progress-value {
  background: var(--accent);
}

progress::-moz-progress-bar {
  background: var(--accent);
}

[data-level="nearly_full"] .level,
[data-level="full"] .level,
[data-level="draining"] .level {
  color: var(--signal);
}

/* Figures of an earlier time, while the page is cut off */
[data-stale] .level,
[data-stale] .figure {
  color: var(--muted);
}

[data-stale] progress {
  filter: grayscale(1);
  opacity: 0.6;
}

#waiting:empty {
  display: none;
}

.notice {
  display: grid;
  grid-template-columns: minmax(0, 1fr) auto;
  gap: 0.25rem 1rem;
  align-items: center;
  padding: 0.875rem 1.125rem;
  border-top: 1px solid var(--line);
  background: var(--signal-soft);
}

#words {
  font-weight: 600;
}

#later,
.choices {
  grid-column: 1;
}

#later {
  font-size: 0.875rem;
}

.acts {
  display: flex;
  flex-wrap: wrap;
  grid-row: 1 / span 2;
  grid-column: 2;
  gap: 0.25rem 0.5rem;
}

.choices {
  display: flex;
  flex-wrap: wrap;
  grid-column: 1 / -1;
  justify-content: flex-end;
}

.more::after {
  content: "";
  width: 0.4rem;
  height: 0.4rem;
  margin-inline-start: 0.5rem;
  border: solid currentcolor;
  border-width: 0 2px 2px 0;
  transform: translateY(-25%) rotate(45deg);
}

.notice .quiet {
  color: var(--ink);
}

@container (max-width: 56em) {
  .notice {
    grid-template-columns: minmax(0, 1fr);
  }

  .acts {
    grid-row: auto;
    grid-column: 1;
    margin-block: 0.25rem;
  }

  .choices {
    justify-content: flex-start;
    margin-inline-start: -1.125rem;
  }

  .more {
    margin-inline-start: -1.125rem;
  }

  #buy {
    flex: 1 1 100%;
    padding-inline: 0.75rem;
    text-wrap: balance;
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
}
`;
