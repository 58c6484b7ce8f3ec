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
const mine = (path) => `pdsa:${document.body.dataset.who || ""}:${path}`; // of a person, not of a browser
const ask = async (url, options = {}) => {
  const response = await fetch(url, { // what is sent while the page is left arrives, if it is not too long for that
    ...options, keepalive: document.hidden && String(options.body ?? "").length < 60000, redirect: "manual", headers: { Accept: "application/json" },
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
  const key = mine(location.pathname);
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
      } else if (each.type === "checkbox") found[each.name] = each.checked ? each.value : "";
      else found[each.name] = each.value.trim();
    }
    return found;
  };
  const put = (name, text) => {
    for (const each of fields()) {
      if (each.name !== name) continue;
      if (each.type === "radio" || each.type === "checkbox") each.checked = each.value === text;
      else if (each.value.trim() !== text) each.value = text;
    }
  };
  let known = read(), version = form.dataset.version, busy = false, again = false, open = 0, left = false;
  const dirty = () => {
    const now = read();
    return Object.keys(now).filter((name) => now[name] !== (known[name] ?? ""));
  };
  const keep = (sent) => {
    const now = read(), changed = dirty();
    kept.write(key, changed.length
      ? { sent, was: was.value, fields: Object.fromEntries(changed.map((name) => [name, now[name]])) } : null);
  };
  const rewriting = () => { // whoever empties a row may be about to write it anew: it stays until they leave it
    const row = document.activeElement?.name?.match(/^.*\/\d+\//)?.[0], now = read();
    const said = (fields) => Object.keys(fields).some((name) => name.startsWith(row) && fields[name]);
    return row && said(known) && !said(now);
  };

  const whole = (facts) => { // rows told by numbers move up when one is emptied: the last is then empty
    for (const name of Object.keys(known)) {
      if (/\/\d+\//.test(name)) facts.values[name] ??= "";
    }
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
    if (open || left || rewriting()) return;
    if (busy) { again = true; return; }
    if (!dirty().length) { kept.write(key, null); return; }
    busy = true;
    keep();
    say("saving");
    const sent = read(), body = new URLSearchParams(new FormData(form));
    try {
      const { status, facts } = await ask(form.action, { method: "POST", body });
      if (status === 200) {
        whole(facts);
        was.value = facts.was; // what is not among the values is not saved by itself, as a decision
        for (const name of Object.keys(facts.values)) known[name] = sent[name] ?? facts.values[name];
        take(facts);
        for (const [name, text] of Object.entries(facts.values)) {
          if (read()[name] !== sent[name]) known[name] = text;
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
  form.addEventListener("submit", () => { left = true; keep(Date.now()); }); // it may not arrive
  addEventListener("online", save);
  addEventListener("offline", () => say("lost"));
  addEventListener("pageshow", () => { left = false; });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); else beat(); });

  const beat = async () => {
    if (document.hidden || busy || open) return;
    try {
      const { status, facts } = await ask(`${form.dataset.autosave}&version=${version}`);
      if (status === 200 && !busy && !open) {
        whole(facts);
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
  if (draft && draft.sent < Date.now() - 86400000) kept.write(key, null); // long since answered
  else if (draft) {
    let brought = false;
    for (const [name, text] of Object.entries(draft.fields)) {
      if (name in known && known[name] !== text) { put(name, text); brought = true; }
    }
    if (brought) { was.value = draft.was; say("back"); soon(); } else kept.write(key, null);
  }
}

function sentence(form) { // what a statement says so far, and what would make it better
  const said = form.querySelector("[data-said]"), left = (form.dataset.left || "").split(" ");
  form.addEventListener("input", later(700, async () => {
    try {
      const body = new URLSearchParams(new FormData(form));
      const { status, facts } = await ask(form.dataset.sentence, { method: "POST", body });
      if (status !== 200) return;
      if (said.textContent !== facts.sentence) said.textContent = facts.sentence;
      for (const code of facts.asked) {
        for (const old of form.querySelectorAll(`[id^="prompt-${code}-"]`)) old.remove();
      }
      for (const each of facts.checks.filter(({ code }) => !left.includes(code))) {
        const box = document.createElement("div"), message = document.createElement("strong");
        box.id = `prompt-${each.code}-now`;
        box.className = `prompt ${each.severity}`;
        message.textContent = each.message;
        box.append(message, ` ${each.next}`);
        document.getElementById(each.field)?.closest(".field").append(box);
      }
    } catch { /* said again with the next letter */ }
  }));
}

function pointing(figure) { // a link is drawn by choosing two boxes; the form below does the same
  const form = document.getElementById("theory"), hint = figure.querySelector("[data-hint]");
  const field = (source, rest) => form.elements[`links/${source}/${rest}`];
  let first = null;
  const say = (text) => { hint.querySelector("[data-said]").textContent = text || ""; };
  const drop = () => { first?.classList.remove("chosen"); first = null; say(); };
  hint.hidden = false;
  figure.addEventListener("click", ({ target }) => {
    const box = target.closest("[data-node]"), id = box?.dataset.node;
    if (!first) {
      if (!box) return;
      if (!field(id, "new/target")) { say(figure.dataset.none); return; }
      first = box;
      box.classList.add("chosen");
      say(figure.dataset.first);
      return;
    }
    const source = first.dataset.node;
    drop();
    if (!box || id === source) return;
    const select = field(source, "new/target"), there = field(source, `${id}/strength`);
    if ([...select.options].some(({ value }) => value === id)) {
      select.value = id;
      form.requestSubmit(form.querySelector('button[value="save"]'));
    } else if (there) { say(figure.dataset.same); there.focus(); } else say(figure.dataset.none);
  });
  addEventListener("keydown", ({ key }) => { if (key === "Escape") drop(); });
}

for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
for (const form of document.querySelectorAll("form[data-sentence]")) sentence(form);
for (const figure of document.querySelectorAll("[data-links]")) pointing(figure);

function tally(form) {
  const key = mine(form.action);
  const place = form.querySelector("[data-state]"), say = speaker(place);
  const inputs = [...form.querySelectorAll("input[name^='cell/']")];
  const rows = [...form.querySelectorAll("tbody tr")].map((row) => [...row.querySelectorAll("td")]
    .map((cell) => cell.querySelector("input")));
  const seen = JSON.parse(form.elements.seen.value || "{}");
  const name = (input) => input.name.slice("cell/".length);
  const was = (input) => (seen[name(input)] || ["", ""])[1];
  const stuck = new Set(); // refused or in conflict: waits until somebody writes again
  let busy = false;
  const waiting = () => inputs.filter((each) => each.value.trim() !== was(each) && !stuck.has(each));
  const mark = (input, state, why = "") => {
    const cell = input.closest("td");
    cell.className = state;
    cell.querySelector("small")?.remove();
    input.toggleAttribute("aria-invalid", Boolean(why));
    if (why) {
      const note = document.createElement("small");
      note.id = `${input.id}-why`;
      note.textContent = why;
      cell.append(note);
    }
  };
  const keep = () => {
    const open = inputs.filter((each) => each.value.trim() !== was(each));
    const drafts = open.map((each) => [name(each), // what is in conflict stays so until it is written again
      { text: each.value, seen: stuck.has(each) ? null : seen[name(each)] }]);
    kept.write(key, open.length ? Object.fromEntries(drafts) : null);
  };
  const save = async () => {
    const cells = waiting();
    if (busy || !cells.length) return;
    busy = true;
    say("saving");
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    body.set("seen", JSON.stringify(Object.fromEntries(cells.filter((each) => seen[name(each)])
      .map((each) => [name(each), seen[name(each)]]))));
    const sent = new Map(cells.map((each) => [each, each.value.trim()]));
    for (const [each, text] of sent) body.set(each.name, text);
    try {
      const { status, facts } = await ask(form.action, { method: "POST", body });
      if (status === 200) {
        let refused = 0;
        for (const [each, text] of sent) {
          const found = facts.cells[name(each)];
          if (!found) continue;
          if (found.seen) seen[name(each)] = [found.seen, found.shown];
          else delete seen[name(each)];
          if (found.state === "saved") {
            if (each.value.trim() === text && document.activeElement !== each) each.value = found.text;
            else if (each.value.trim() === text) seen[name(each)] &&= [found.seen, text];
            mark(each, "");
          } else {
            refused += 1;
            stuck.add(each);
            mark(each, found.state, found.state === "conflict"
              ? place.dataset.conflict.replace("{text}", found.shown || "-") : found.why);
          }
        }
        form.elements.seen.value = JSON.stringify(seen);
        if (refused) say("refused", { n: refused });
        else say("saved", { time: facts.at, summary: facts.summary });
        keep();
      } else if (status === 401) say("signed-out");
      else say("wrong", { why: facts.why || facts.detail || "" });
    } catch { say("lost", { n: cells.length }); retry(); }
    busy = false;
    if (waiting().length && !place.classList.contains("lost")) soon();
  };
  const soon = later(400, save), retry = later(5000, save);
  const wrote = (input) => {
    stuck.delete(input);
    mark(input, input.value.trim() === was(input) ? "" : "waiting");
    keep();
    soon();
  };
  const at = (input) => {
    const y = rows.findIndex((row) => row.includes(input));
    return [y, rows[y].indexOf(input)];
  };
  const to = (y, x) => {
    const next = rows[y]?.[x];
    if (next) { next.focus(); next.select(); }
    return Boolean(next);
  };
  const put = (texts) => {
    const all = form.querySelector("[data-all]");
    for (const each of inputs) {
      if (name(each) in texts && each.value.trim() !== texts[name(each)]) {
        if (all && each.closest("tr.idle")) all.checked = true;
        each.value = texts[name(each)];
        wrote(each);
      }
    }
  };

  form.addEventListener("input", (event) => wrote(event.target));
  form.addEventListener("focusout", (event) => {
    const input = event.target; // what was typed as it is written here, once it is saved
    if (seen[name(input)]?.[1] === input.value.trim()) mark(input, "");
  });
  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!inputs.includes(input) || event.ctrlKey || event.metaKey || event.altKey) return;
    const [y, x] = at(input), start = input.selectionStart, end = input.selectionEnd;
    const whole = start === 0 && end === input.value.length;
    const shown = (y, x, step) => {
      for (let next = y; rows[next]; next += step) {
        if (rows[next][x]?.offsetParent) return to(next, x);
      }
      return false;
    };
    let moved = false;
    if (event.key === "ArrowDown" || event.key === "Enter") moved = shown(y + 1, x, 1);
    else if (event.key === "ArrowUp") moved = shown(y - 1, x, -1);
    else if (event.key === "ArrowLeft" && (whole || end === 0)) moved = to(y, x - 1);
    else if (event.key === "ArrowRight" && (whole || start === input.value.length)) moved = to(y, x + 1);
    if (moved || event.key === "Enter") event.preventDefault();
  });
  form.addEventListener("paste", async (event) => {
    const text = event.clipboardData.getData("text"), input = event.target;
    const block = text.replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    if (!inputs.includes(input) || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    const [y, x] = at(input), wide = Math.max(...block.map((line) => line.length));
    const figures = block.flat().every((each) => /^[\d\s./,%-]*$|^\d+ (of|de) \d+$/.test(each.trim()));
    if (figures && y + block.length <= rows.length && x + wide <= rows[0].length) {
      block.forEach((line, down) => line.forEach((each, right) => {
        const cell = rows[y + down][x + right];
        if (cell && each.trim()) { cell.value = each.trim(); wrote(cell); }
      }));
      return;
    }
    try {
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, text });
      const { status, facts } = await ask(`${form.action}/paste`, { method: "POST", body });
      if (status === 200) {
        put(facts.cells);
        if (facts.unplaced.length) {
          say("wrong", { why: facts.unplaced.map((each) => `${each.text}: ${each.why}`).join("; ") });
        }
      } else say("wrong", { why: facts.why || "" });
    } catch { say("lost", { n: block.length * wide }); }
  });
  addEventListener("online", save);

  const draft = kept.read(key);
  if (draft) {
    for (const each of inputs) { // held against what stood there then: another's figure is not gone over
      const { text, seen: then } = draft[name(each)] || {};
      if (text === undefined || text.trim() === each.value.trim()) continue;
      if (then) seen[name(each)] = then;
      else delete seen[name(each)];
    }
    put(Object.fromEntries(Object.entries(draft).map(([cell, { text }]) => [cell, text])));
    if (waiting().length) say("back", { n: waiting().length });
    else kept.write(key, null);
  }
}

for (const form of document.querySelectorAll("form[data-tally]")) tally(form);

// A meeting: the arrow keys follow the links to the screen before and after.
const turning = document.querySelector("[data-turning]");
if (turning) {
  addEventListener("keydown", (event) => {
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, select, textarea, [role=region]")) return;
    const link = turning.querySelector(`a[rel=${way}]`);
    if (link) { event.preventDefault(); location.assign(link.href); }
  });
}
