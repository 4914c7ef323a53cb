/* Counts what a page holds, and answers its sockets. Evaluated in the page, with the answers. */
(answers) => {
  const kept = { sockets: new Set(), timers: new Set(), listeners: new Set(), channels: new Set() };
  document.hasFocus = () => true; // it acts without waiting for other tabs
  for (const [set, clear] of [["setTimeout", "clearTimeout"], ["setInterval", "clearInterval"],
                              ["requestAnimationFrame", "cancelAnimationFrame"]]) {
    const [begin, end] = [window[set], window[clear]];
    window[set] = (act, ...more) => {
      const id = begin((...given) => {
        if (set !== "setInterval") kept.timers.delete(set + id);
        act(...given);
      }, ...more);
      kept.timers.add(set + id);
      return id;
    };
    window[clear] = (id) => {
      kept.timers.delete(set + id);
      end(id);
    };
  }
  window.BroadcastChannel = class extends BroadcastChannel {
    constructor(name) {
      super(name);
      kept.channels.add(this);
    }
    close() {
      kept.channels.delete(this);
      super.close();
    }
  };
  window.WebSocket = class { // with the server in the page: a hundred round trips cost nothing
    static OPEN = 1;
    readyState = 1;
    constructor() {
      kept.sockets.add(this);
      queueMicrotask(() => this.onopen());
    }
    send(frame) {
      const { type, token } = JSON.parse(frame);
      if (type === "hello") queueMicrotask(() => this.onmessage({ data: JSON.stringify(answers[token]) }));
    }
    close() {
      kept.sockets.delete(this);
    }
  };
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target);
    target.addEventListener = (type, act, options) => {
      const entry = [type, act];
      kept.listeners.add(entry);
      options?.signal?.addEventListener("abort", () => kept.listeners.delete(entry));
      add(type, act, options);
    };
  }
  window.keptNow = async () => {
    const { held, pending } = await navigator.locks.query();
    const styles = document.adoptedStyleSheets.length + document.querySelectorAll("style, link").length;
    return {
      sockets: kept.sockets.size,
      timers: kept.timers.size,
      listeners: [...kept.listeners].map(([type]) => type).join(" "),
      channels: kept.channels.size,
      locks: held.length + pending.length,
      styles,
      elements: document.querySelectorAll("*").length,
      title: document.title,
    };
  };
}
