// Runs first on every page of Panel: what Panel's own script does not know of logins, of going back, and of a server that starts again.
"use strict";
(() => {
  const here = () => location.pathname + location.search;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const SIGNED_OUT = 4401;
  const GESTURE_MS = 10_000;
  const ACTIVE_MS = 60_000;
  const LONGEST_MS = 10_000;
  let isLeaving = false;
  let isLost = false;
  addEventListener("beforeunload", () => { isLeaving = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });

  function toLogin() {
    isLeaving = true;
    location.assign(`/login?after=ended&next=${encodeURIComponent(here())}`);
  }

  // Light or dark is kept in a cookie, which the front reads; without one the page follows the system. The page says so in its
  // address, from where it is taken away again: an address that is sent to somebody else leaves them their own choice.
  const THEME = "fazri-theme";
  const themeKept = () => (/(?:^|; )fazri-theme=(light|dark)/.exec(document.cookie) || [])[1];
  function keepTheme(theme, maxAge) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${THEME}=${theme}; path=/; samesite=lax${maxAge ? `; max-age=${maxAge}` : ""}${secure}`;
  }
  function withoutTheme(address) {
    const url = new URL(address, location.href);
    const theme = url.searchParams.get("theme");
    if (theme === null) { return address; }
    if (theme === "light" || theme === "dark") { if (theme !== themeKept()) { keepTheme(theme, 31_536_000); } }
    url.searchParams.delete("theme");
    return url.href;
  }
  if (!themeKept() && !new URLSearchParams(location.search).has("theme")) {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    keepTheme(isDark ? "dark" : "light");
    if (isDark && themeKept()) { isLeaving = true; location.reload(); }
  }

  // A notice above the page; it is read out, and closed by a click.
  function notice(text, role, forMs) {
    const box = document.createElement("div");
    box.setAttribute("role", role);
    box.className = "fazri-notice";
    box.textContent = text;
    Object.assign(box.style, {
      position: "fixed", insetInline: "1rem", top: "1rem", marginInline: "auto", width: "fit-content", maxWidth: "40rem",
      padding: ".75rem 1rem", borderRadius: ".5rem", background: "#1f2937", color: "#ffffff", font: "1rem/1.4 system-ui, sans-serif",
      boxShadow: "0 2px 12px rgb(0 0 0 / .4)", zIndex: 2147483647, cursor: "pointer",
    });
    box.addEventListener("click", () => box.remove());
    (document.body || document.documentElement).append(box);
    if (forMs) { setTimeout(() => box.remove(), forMs); }
  }

  // Whether the login still holds: "yes", "no", or "unknown" while the front does not answer. It counts as use of the login.
  async function login() {
    try {
      const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store", redirect: "manual" });
      if (answer.status === 401) { return "no"; }
      return answer.status < 500 ? "yes" : "unknown";
    } catch {
      return "unknown";
    }
  }

  async function isReady() {
    try {
      return (await fetch("/health/ready", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  // The connection died: wait until the server is there again, then load the page anew; its state is in its address.
  async function recover() {
    if (isLost || isLeaving) { return; }
    isLost = true;
    await pause(300);
    if (isLeaving) { return; }
    notice("Connection lost, trying again", "status");
    for (let ms = 1000, tries = 0; ; ms = Math.min(ms * 1.5, LONGEST_MS), tries += 1) {
      await pause(ms);
      const state = await login();
      if (state === "no") { toLogin(); return; }
      if (state === "yes" && (tries >= 5 || await isReady())) { location.reload(); return; }
    }
  }

  function watchSocket(socket) {
    socket.addEventListener("close", (event) => {
      if (isLeaving) { return; }
      if (event.code === SIGNED_OUT) { toLogin(); } else { recover(); }
    });
    socket.addEventListener("message", ({ data }) => {
      if (typeof data !== "string" || data.length > 4096) { return; }
      const failure = /(?:fazri-failure"[^}]*?"|failed, reference )([0-9a-f]{8})\b/.exec(data);
      if (failure) { notice(`This did not work. Reference ${failure[1]}`, "alert", 20_000); }
    });
  }

  const NativeSocket = window.WebSocket;
  window.WebSocket = class WebSocket extends NativeSocket {
    constructor(address, protocols) {
      super(address, protocols);
      if ([protocols].flat()[0] === "bokeh") { watchSocket(this); }
    }
  };

  // Panel adds an entry to the history for each change of the address, also for those that it makes itself while the page is
  // built: going back would end where the reader already was. Only what follows an act of the reader is an entry of its own.
  let acted = -Infinity;
  let saidSo = -Infinity;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, asked) => {
    const address = asked == null ? asked : withoutTheme(asked);
    const isNew = address == null || new URL(address, location.href).href !== location.href;
    if (isNew && performance.now() - acted < GESTURE_MS) { push(state, title, address); } else { history.replaceState(state, title, address); }
    shown = here();
  };
  let shown = here();
  addEventListener("popstate", () => {
    if (here() !== shown) { isLeaving = true; location.reload(); }
  });

  // Being there counts as use of the login; a page that changes by itself does not.
  async function act() {
    acted = performance.now();
    if (acted - saidSo < ACTIVE_MS) { return; }
    saidSo = acted;
    if (await login() === "no") { toLogin(); }
  }
  for (const kind of ["pointerdown", "keydown"]) { addEventListener(kind, act, { capture: true, passive: true }); }

  // Signing out changes something, so it is a POST; the link may lie in a shadow tree.
  addEventListener("click", (event) => {
    const link = event.composedPath().find((part) => part instanceof HTMLAnchorElement && part.href);
    if (!link || link.origin !== location.origin || link.pathname !== "/logout") { return; }
    event.preventDefault();
    event.stopPropagation();
    const form = Object.assign(document.createElement("form"), { method: "post", action: link.pathname, hidden: true });
    const token = document.querySelector('meta[name="csrf-token"]');
    form.append(Object.assign(document.createElement("input"), { name: "csrf_token", value: token ? token.content : "" }));
    document.body.append(form);
    isLeaving = true;
    form.submit();
  }, { capture: true });
})();
