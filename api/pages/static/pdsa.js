// Improves pages that work without it: saves while somebody writes, and keeps what could not be sent.
"use strict";

const later = (wait, run) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(run, wait); };
};
const kept = {
  read(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  write(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(value));
    } catch { /* a browser that keeps nothing */ }
  },
};
const ask = async (url, options = {}) => {
  const response = await fetch(url, {
    ...options, redirect: "manual", headers: { Accept: "application/json" },
  });
  if (response.status === 204) return { status: 204 };
  if (response.type === "opaqueredirect" || response.status === 401) return { status: 401 };
  if (response.status >= 500) throw new Error(response.status);
  return { status: response.status, facts: await response.json() };
};
const speaker = (place) => (name, facts = {}) => {
  if (!place) return;
  place.className = `state ${name}`;
  const key = name.replace(/-./g, (part) => part[1].toUpperCase());
  place.textContent = (place.dataset[key] || "").replace(/\{(\w+)\}/g, (_, fact) => facts[fact] ?? "");
};

function autosave(form) {
  const key = `pdsa:${location.pathname}`;
  const say = speaker(form.querySelector("[data-state]"));
  const was = form.elements.was;
  const fields = () => [...form.elements].filter((each) => each.name && each.name !== "csrf"
    && each.name !== "was" && each.type !== "submit" && !each.name.startsWith("take/"));
  const read = () => {
    const found = {};
    for (const each of fields()) {
      if (each.type === "radio") {
        if (each.checked) found[each.name] = each.value;
        else found[each.name] ??= "";
      } else found[each.name] = each.value.trim();
    }
    return found;
  };
  const put = (name, text) => {
    for (const each of fields()) {
      if (each.name !== name) continue;
      if (each.type === "radio") each.checked = each.value === text;
      else if (each.value.trim() !== text) each.value = text;
    }
  };
  let known = read(), version = form.dataset.version, busy = false, again = false, open = 0, left = false;
  const dirty = () => {
    const now = read();
    return Object.keys(now).filter((name) => now[name] !== (known[name] ?? ""));
  };
  const keep = () => {
    const now = read(), changed = dirty();
    kept.write(key, changed.length
      ? { was: was.value, fields: Object.fromEntries(changed.map((name) => [name, now[name]])) } : null);
  };

  const take = (facts) => { // what the server has, but for what is being written here
    const changed = new Set(dirty());
    for (const [name, text] of Object.entries(facts.values)) {
      const writing = document.activeElement?.name === name && changed.has(name);
      if (!changed.has(name) && !writing) put(name, text);
    }
    version = facts.version;
  };
  const differ = (facts) => {
    open = 0;
    for (const [name, theirs] of Object.entries(facts.differences)) {
      const field = form.elements[name];
      const place = (field.length ? field[0] : field).closest(".field");
      place.querySelector(".theirs")?.remove();
      const box = document.createElement("div"), text = document.createElement("blockquote");
      const said = document.createElement("p"), state = form.querySelector("[data-state]").dataset;
      box.className = "theirs";
      said.textContent = state.theyWrote;
      text.textContent = theirs;
      box.append(said, text);
      for (const [label, chosen] of [[state.keep, null], [state.take, theirs]]) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", () => {
          if (chosen !== null) put(name, chosen);
          box.remove();
          if (--open === 0) { was.value = facts.was; version = facts.version; save(); }
        });
        box.append(button, " ");
      }
      place.append(box);
      open += 1;
    }
    say("differs");
  };
  const save = async () => {
    if (open || left) return;
    if (busy) { again = true; return; }
    if (!dirty().length) { kept.write(key, null); return; }
    busy = true;
    keep();
    say("saving");
    const sent = read(), body = new URLSearchParams(new FormData(form));
    try {
      const { status, facts } = await ask(form.action, { method: "POST", body });
      if (status === 200) {
        was.value = facts.was;
        known = { ...known, ...sent };
        take(facts);
        known = { ...known, ...facts.values };
        for (const name of Object.keys(sent)) {
          if (sent[name] === read()[name]) known[name] = sent[name];
        }
        keep();
        say("saved", { time: facts.at });
      } else if (status === 409) differ(facts);
      else if (status === 401) say("signed-out");
      else say("refused", { why: facts.why || facts.detail || "" });
    } catch { say("lost"); again = false; retry(); }
    busy = false;
    if (again) { again = false; soon(); }
  };
  const soon = later(1200, save), retry = later(5000, save);
  form.addEventListener("input", () => { keep(); soon(); });
  form.addEventListener("change", () => setTimeout(save));
  form.addEventListener("submit", () => { left = true; kept.write(key, null); });
  addEventListener("online", save);
  addEventListener("offline", () => say("lost"));
  addEventListener("pageshow", () => { left = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); else beat(); });

  const beat = async () => {
    if (document.hidden || busy || open) return;
    try {
      const { status, facts } = await ask(`${form.dataset.autosave}&version=${version}`);
      if (status === 200 && !busy && !open) {
        take(facts);
        for (const [name, text] of Object.entries(facts.values)) {
          if (read()[name] === text) known[name] = text;
        }
        // The next save is held against what is shown now, field by field.
        const old = new Map(was.value.split(" ").map((each) => each.split("=")));
        const fresh = new Map(facts.was.split(" ").map((each) => each.split("=")));
        const changed = new Set(dirty());
        for (const name of new Set([...old.keys(), ...fresh.keys()])) {
          if (changed.has(name) && old.has(name)) fresh.set(name, old.get(name));
          else if (changed.has(name)) fresh.delete(name);
        }
        was.value = [...fresh].filter(([name]) => name).map((each) => each.join("=")).join(" ");
        if (!facts.mine) say("theirs", { who: facts.by, time: facts.at });
      } else if (status === 401) say("signed-out");
    } catch { say("lost"); }
  };
  setInterval(beat, 10000);

  const draft = kept.read(key);
  if (draft) {
    let brought = false;
    for (const [name, text] of Object.entries(draft.fields)) {
      if (name in known && known[name] !== text) { put(name, text); brought = true; }
    }
    if (brought) { was.value = draft.was; say("back"); soon(); } else kept.write(key, null);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
