// What a person notices around a swap: the status line, the focus, new rows, and that nothing typed is lost.
// The pages work without it. htmx tells of each step by an event, with the request in `event.detail.ctx`.
(() => {
  const SLOW = 1000;
  const asked = new WeakMap();
  const befores = new WeakMap();
  let over = false;

  const status = () => document.getElementById("status");
  const say = (text) => { const line = status(); if (line) line.textContent = text; };
  const isPoll = (ctx) => ctx.sourceEvent?.type === "every";
  const formOf = (ctx) => ctx.sourceElement.closest?.("form");
  const typedIn = (field) => (field.type === "radio" || field.type === "checkbox") ? field.checked !== field.defaultChecked
    : field.tagName === "SELECT" ? [...field.options].some((one) => one.selected !== one.defaultSelected)
      && field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected))
    : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  const isDirty = (form) => [...form.elements].some(typedIn);

  // a tab that nobody looks at asks nothing; neither does one whose login is over
  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = event.detail;
    if (!isPoll(ctx)) return;
    if (document.hidden || over) event.preventDefault();
    ctx.request.headers["OT-Poll"] = "true";
  });

  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail;
    if (isPoll(ctx)) return;
    formOf(ctx)?.querySelectorAll(".trouble").forEach((one) => one.remove());
    asked.set(ctx, setTimeout(() => say(status()?.dataset.slow ?? ""), SLOW));
  });

  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (isPoll(ctx) && ctx.response.status === 204 && !over) {
      over = true;
      say(status()?.dataset.over ?? "");
    }
  });

  // no answer at all: the words are on the page, since nobody is there to send them
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!ctx?.sourceElement || isPoll(ctx) || ctx.response) return;
    const text = status()?.dataset.unreachable ?? "";
    say(text);
    const told = Object.assign(document.createElement("p"), { className: "error trouble", textContent: text });
    formOf(ctx)?.append(told);
  });

  document.addEventListener("htmx:finally:request", (event) => {
    const { ctx } = event.detail;
    clearTimeout(asked.get(ctx));
    const line = status();
    if (line && line.textContent === line.dataset.slow) line.textContent = "";
  });

  // before: where the focus is, which rows are there, and which forms somebody is in the middle of
  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const sent = isPoll(ctx) ? null : formOf(ctx);
    const active = document.activeElement;
    const kept = [];
    befores.set(ctx, { active, ids: new Set([...document.querySelectorAll("li[id], tr[id]")].map((row) => row.id)), kept });
    for (const { target } of tasks) {
      if (!(target instanceof Element)) continue;
      for (const form of [target.closest("form"), ...target.querySelectorAll("form")]) {
        if (!form || form === sent || !(isDirty(form) || (!sent && form.contains(active)))) continue;
        form.setAttribute("hx-morph-skip", "");
        kept.push(form);
      }
    }
  });

  document.addEventListener("htmx:finally:swap", (event) => {
    const { ctx } = event.detail;
    const before = befores.get(ctx);
    before?.kept.forEach((form) => form.removeAttribute("hx-morph-skip"));
    const done = ctx.response.status < 300;
    const form = formOf(ctx);
    if (done && !isPoll(ctx) && form?.isConnected && ctx.request.method === "POST" && form.hasAttribute("hx-post")) form.reset();
    // what a filter brings is not new
    const another = targetOf(ctx) === document.body;
    if (done && before && !another && (isPoll(ctx) || ctx.request.method === "POST")) markNew(ctx, before.ids);
    if (!isPoll(ctx)) keepFocus(ctx, before?.active, form);
    if (another) arrive();
  });

  // another page begins at its top; a status line that came with it is read only when its words come after it
  function arrive() {
    window.scrollTo(0, 0);
    const said = status()?.textContent ?? "";
    say("");
    setTimeout(() => say(said), 100);
  }

  function markNew(ctx, ids) {
    document.querySelectorAll(".is-new").forEach((row) => row.classList.remove("is-new"));
    const within = targetOf(ctx) ?? document;
    const rows = [...within.querySelectorAll("li[id], tr[id]")];
    if (rows.every((row) => !ids.has(row.id)) && rows.length > 1) return;
    rows.filter((row) => !ids.has(row.id)).forEach((row) => row.classList.add("is-new"));
  }

  // where the answer went; a swap of the whole may have put another element in its place
  function targetOf(ctx) {
    if (ctx.target === "body" || ctx.target === document.body) return document.body;
    const target = typeof ctx.target === "string" ? document.querySelector(ctx.target.startsWith("#") ? ctx.target : "#main") : ctx.target;
    return target?.isConnected ? target : target?.id ? document.getElementById(target.id) : null;
  }

  // the focus stays on its control; where that is gone, or does another thing now, it goes to the heading of what came
  function keepFocus(ctx, active, form) {
    const now = document.activeElement;
    const another = form?.isConnected && ctx.request.method === "POST" && form.getAttribute("action") !== ctx.request.action;
    const lost = !now || now === document.body || now.id === "main";
    if (!another && targetOf(ctx) !== document.body && (!lost || (active?.isConnected && active === now))) return;
    const target = targetOf(ctx);
    const whole = target?.id === "main" || target === document.body;
    const places = whole ? ["#main [autofocus]", "[autofocus]", "#main h1", "h1"] : ["[autofocus]", ".block--mine h2", "#next h2", "h1, h2, h3"];
    const place = places.map((one) => target?.querySelector(one)).find((one) => one) ?? document.querySelector("#main h1");
    if (!place) return;
    if (!place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
    place.focus();
  }
})();
