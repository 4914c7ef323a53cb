/** The stream in the waiting room. The bar with the place stays above it, however far one scrolls. */

export const STREAM_STYLE = `
:host([watching]) {
  width: min(52rem, 100%);
}

.stream {
  margin-top: 1.5rem;
}

.stream-bar {
  position: sticky;
  z-index: 1;
  top: 0;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: center;
  gap: 0.5rem 1rem;
  padding: 0.625rem 1rem;
  border-radius: 10px 10px 0 0;
  background: var(--sunken);
}

.stream-bar b {
  font-weight: 600;
}

.stream-bar[data-called="true"] {
  background: var(--accent-soft);
  color: var(--accent-strong);
}

.stream-bar[data-called="true"] b {
  display: block;
  font-size: 1.1875rem;
}

.stream-frame {
  aspect-ratio: 16 / 9;
  border-radius: 0 0 10px 10px;
  background: #000000;
  overflow: hidden;
}

.stream-frame iframe {
  display: block;
  width: 100%;
  height: 100%;
  border: 0;
}

.stream-acts {
  display: flex;
  flex-wrap: wrap;
  justify-content: center;
  gap: 0.75rem;
  margin-top: 0.875rem;
}

@media (max-width: 30em) {
  .stream-bar,
  .stream-frame {
    margin-inline: -1.25rem;
    border-radius: 0;
  }
}

@media (forced-colors: active) {
  .stream-bar {
    border: 1px solid CanvasText;
  }
}
`;
