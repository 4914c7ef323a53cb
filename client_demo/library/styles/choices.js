/** The switches of the waiting room. */

export const CHOICES_STYLE = `
.choices {
  margin-top: 1.75rem;
  border-radius: 12px;
  background: var(--sunken);
  text-align: start;
}

.choice {
  display: flex;
  align-items: center;
  gap: 1rem;
  padding: 0.75rem 1rem;
  cursor: pointer;
}

.choice + .choice {
  border-top: 1px solid var(--line);
}

.choice b {
  display: block;
  font-weight: 600;
}

.choice small {
  display: block;
  font-size: 0.875rem;
  line-height: 1.35;
  color: var(--muted);
}

.choice input {
  flex: none;
  position: relative;
  width: 48px;
  height: 28px;
  margin: 0;
  border: 2px solid var(--edge);
  border-radius: 999px;
  appearance: none;
  background: var(--surface);
  cursor: pointer;
  transition: background-color 150ms, border-color 150ms;
}

.choice input::before {
  content: "";
  position: absolute;
  inset: 4px auto 4px 4px;
  width: 16px;
  border-radius: 50%;
  background: var(--edge);
  transition: transform 150ms, background-color 150ms;
}

.choice input:checked {
  border-color: var(--accent);
  background: var(--accent);
}

.choice input:checked::before {
  transform: translateX(20px);
  background: var(--on-accent);
}

@media (forced-colors: active) {
  .choice input,
  .choice input::before {
    forced-color-adjust: none;
    border-color: CanvasText;
    background: Canvas;
  }

  .choice input::before {
    background: CanvasText;
  }

  .choice input:checked {
    background: Highlight;
  }
}
`;
