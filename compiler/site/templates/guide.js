// A call, guided: the step large, a key for everything the customer may do, clocks that count, the road walked.
// All that authors wrote is put on the page as text. What may happen, and what comes of it, is the simulator's to say.
"use strict";
(() => {
  const root = document.querySelector(".guide");
  const data = JSON.parse(document.getElementById("machine").textContent);
  const ui = data.ui, model = scriptc.load(data.machine, data.units);
  const notes = new Map(["events", "actions", "outcomes"].flatMap(sort => data.machine[sort].map(term => [sort + term.name, term.note || ""])));
  // A word of a vocabulary in Latin letters (asks-manager) is read apart; an event is then called by what it means.
  const plain = name => /^[\x00-\x7f]*$/.test(name) && /[a-z]/.test(name) && name === name.toLowerCase();
  const named = name => plain(name) ? name.replace(/[-_]/g, " ") : name;
  const headed = name => plain(name) ? named(name).replace(/^./, one => one.toUpperCase()) : name;
  const happening = event => headed(plain(event) && notes.get("events" + event) || event);
  const KEYS = "123456789acdefghijklmnoqstuvwxyz";  // not b, p, r: those have a meaning of their own
  const TICK = 250, MOST_AT_ONCE = 2000;

  let call = null;      // [{config, turn: {said, lines}}], one for each input that did something
  let known = {}, ahead = {};
  let wanted = null;    // {slot, options, then}: what a system has to say before the call goes on
  let running = true, shownStep = "", timers = [];
  let keys = new Map(), open = false;
  let single = !keyless();  // whether letters, digits and the full stop are keys (WCAG 2.1.4: they can be turned off)

  // --- small parts ----------------------------------------------------------------------------------------------------

  const el = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "on") for (const [event, act] of Object.entries(value)) made.addEventListener(event, act);
      else if (value !== false && value !== undefined) made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter(one => one !== null && one !== "" && one !== undefined));
    return made;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const clock = milliseconds => {
    const seconds = Math.max(0, Math.round(milliseconds / 1000)), pad = number => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
    return (hours ? hours + ":" + pad(minutes) : String(minutes)) + ":" + pad(seconds % 60);
  };
  const button = (key, name, act, kind = "") => {
    const works = key.length > 1 || (key !== "" && single);
    if (works) keys.set(key, act);
    return el("button", { type: "button", class: kind, "aria-keyshortcuts": works && (key === "Backspace" ? key : key.toUpperCase()), on: { click: act } },
      works ? el("kbd", { "aria-hidden": "true" }, ui.keys[key] || key.toUpperCase()) : null, el("span", {}, name));
  };
  const wording = (parts, slots) => scriptc.spoken(parts, slots).map(part =>
    "slot" in part ? el("span", { class: "slot" }, el("bdi", {}, named(part.slot)), part.tail ? el("small", {}, " " + fill(ui.tail, { n: part.tail })) : "")
      : part.filled ? el("b", { class: "filled" }, el("bdi", {}, part.text)) : part.text);

  // --- the call -------------------------------------------------------------------------------------------------------

  const last = () => call[call.length - 1];
  const config = () => last().config;

  function put(move, said) {
    if (wanted) return;
    const made = move();
    if (made.refused === "answer-missing") {
      wanted = { slot: made.slot, options: made.options, then: () => put(move, said) };
    } else if (!made.refused) {
      call.push({ config: made.config, said, lines: made.happenings });
    }
    draw();
  }

  function start() {
    const made = scriptc.begin(model, known, ahead);
    if (made.refused === "answer-missing") {
      wanted = { slot: made.slot, options: made.options, first: true };
    } else {
      wanted = null;
      call = [{ config: made.config, said: null, lines: made.happenings }];
    }
    draw();
  }

  function answer(value) {
    const { slot, then, first } = wanted;
    wanted = null;
    if (first) {
      ahead = { ...ahead, [slot]: value };
      start();
      return;
    }
    const made = scriptc.fill(model, config(), slot, value);
    if (made.config) last().config = made.config;
    then();
  }

  function goAlong() {
    for (const [name, value] of Object.entries(answersTyped())) {
      const made = value ? scriptc.fill(model, config(), name, value) : null;
      if (made && made.config) last().config = made.config;
    }
    put(() => scriptc.goAlong(model, config()), { what: ui.along, answers: Object.entries(answersTyped()).filter(one => one[1]) });
  }

  function answersTyped() {
    const answers = {};
    root.querySelectorAll(".asked [name]").forEach(input => {
      const slot = input.dataset.slot;
      if (input.type !== "radio") answers[slot] = input.value.trim();
      else if (input.checked) answers[slot] = input.value;
    });
    return answers;
  }

  function pass(milliseconds, said) {
    const before = config(), made = scriptc.pass(model, before, milliseconds);
    if (made.refused === "answer-missing") {
      wanted = { slot: made.slot, options: made.options, then: () => pass(milliseconds, said) };
      draw();
    } else if (made.happenings && (made.happenings.length || made.config.outcome !== null || made.config.frames.length !== before.frames.length)) {
      call.push({ config: made.config, said: said || { what: ui.time }, lines: made.happenings });
      draw();
    } else if (made.config) {
      last().config = made.config;
      tellTime();
    }
  }

  function back() {
    if (wanted) {
      wanted = null;
    } else if (call && call.length > 1) {
      call.pop();
    } else {
      call = null;
      ahead = {};
    }
    draw();
  }

  const again = () => {
    call = null;
    wanted = null;
    ahead = {};
    draw();
  };
  const hold = () => {
    running = !running;
    draw();
  };

  // --- what it looks like ---------------------------------------------------------------------------------------------

  function draw() {
    keys = new Map();
    timers = [];
    root.hidden = false;
    const parts = wanted ? question() : call ? moment() : beginning();
    root.replaceChildren(...parts.filter(Boolean));
    const name = root.querySelector("h1"), here = name ? name.textContent + (call ? call.length : "") + !!wanted : "";
    if (open && here !== shownStep && name) {
      // A fresh step is read out, and Enter means "goes along" again.
      name.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    shownStep = here;
    tellTime();
  }

  function beginning() {
    const slots = model.slots.filter(slot => slot.known && slot.options && slot.options.length);
    const choices = slots.map((slot, number) => el("fieldset", {}, el("legend", {}, named(slot.name)), slot.options.map((option, index) =>
      el("label", {}, el("input", {
        type: "radio", name: "known-" + number, value: option, checked: known[slot.name] ? known[slot.name] === option : index === 0,
        on: { change: () => { known = { ...known, [slot.name]: option }; } },
      }), " " + option))));
    return [
      el("h1", { tabindex: "-1" }, data.machine.flows[0].title || data.machine.name),
      el("p", { class: "quiet" }, ui.about),
      choices.length ? el("div", { class: "asked" }, el("p", {}, ui.known), choices) : null,
      el("div", { class: "keys" }, button("Enter", ui.begin, start, "main")),
      el("p", { class: "quiet" }, el("label", {}, el("input", { type: "checkbox", checked: single, on: { change: event => {
        single = event.target.checked;
        keyless(!single);
      } } }), " " + ui.single)),
    ];
  }

  function question() {
    return [
      el("h1", { tabindex: "-1" }, fill(ui.system, { slot: named(wanted.slot) })),
      el("div", { class: "keys" }, wanted.options.map((option, number) => button(KEYS[number], option, () => answer(option)))),
      el("div", { class: "keys small" }, button("Backspace", ui.back, back)),
    ];
  }

  function moment() {
    const now = config(), ended = now.outcome !== null;
    return [
      heading(now, ended),
      el("div", { class: "columns" },
        el("div", { class: "now" }, ended ? ending(now) : null, said(), ended ? null : asked(now), ended ? null : never(now)),
        el("aside", {}, ended ? null : what(now), road())),
    ];
  }

  function heading(now, ended) {
    const state = ended ? null : model.states[now.frames[now.frames.length - 1].state];
    const flow = state ? model.flows[state.flow] : model.flows[0], step = state && flow.steps[state.step];
    const place = now.frames.map(frame => model.flows[model.states[frame.state].flow].title);
    return el("header", {},
      el("p", { class: "place" }, place.join(" › "), el("span", { class: "clock", "aria-hidden": "true" })),
      el("h1", { tabindex: "-1" }, ended ? ui.over : step ? headed(step.name) : flow.title),
      step && step.goal ? el("p", { class: "goal" }, step.goal) : null,
      step && step.tips ? step.tips.map(tip => el("p", { class: "tip" }, el("b", {}, ui.tip), " " + tip)) : null,
      el("div", { class: "keys small" },
        button("Backspace", ui.back, back), button("r", ui.again, again), ended ? null : button("p", running ? ui.pause : ui.go, hold)));
  }

  const ending = now => el("p", { class: "outcome" }, el("span", { class: "mark" }, ui.end), " ", headed(now.outcome) || ui.returned,
    notes.get("outcomes" + now.outcome) ? el("small", {}, " " + notes.get("outcomes" + now.outcome)) : null);

  // What to say and do now: all that the last input brought about.
  function said() {
    const lines = last().lines.filter(one => one.kind === "act");
    if (!lines.length) return el("p", { class: "quiet" }, ui.wait);
    return el("div", { class: "lines" }, lines.map(({ act, slots }) => {
      if (act.kind === "say" || act.kind === "ask") {
        return el("div", { class: "line " + act.kind }, el("span", { class: "word" }, ui[act.kind]), el("div", { class: "what" },
          act.wordings.map((one, number) => el("p", { class: number ? "speech other" : "speech" }, number ? el("em", {}, ui.or) : null, el("bdi", {}, wording(one, slots))))));
      }
      const body = act.kind === "do"
        ? [el("i", { class: "box" }), el("b", {}, named(act.action)), notes.get("actions" + act.action) ? el("small", {}, " " + notes.get("actions" + act.action)) : null]
        : [el("b", {}, named(model.slots[act.slots[0]].name)), " ", el("b", { class: "due" }, fill(ui.by, { time: act.value }))];
      return el("div", { class: "line" }, el("span", { class: "word" }, ui[act.kind]), el("p", { class: "what act" }, body));
    }));
  }

  function asked(now) {
    const { along } = scriptc.possible(model, now);
    if (!along || !along.length) return null;
    return el("div", { class: "asked" }, along.map((slot, number) => {
      if (slot.sensitive) return el("p", { class: "quiet" }, named(slot.name) + ui.colon + ui.sensitive);
      if (slot.options && slot.options.length) {
        const answered = now.ready[model.slotIndex.get(slot.name)];  // an answer stays until another is given
        return el("fieldset", {}, el("legend", {}, named(slot.name)), slot.options.map(option => el("label", {},
          el("input", { type: "radio", name: "asked-" + number, "data-slot": slot.name, value: option, checked: option === answered }), " " + option)));
      }
      return el("label", {}, named(slot.name) + " ", el("input", { type: "text", name: "asked-" + number, "data-slot": slot.name, autocomplete: "off" }));
    }));
  }

  function never(now) {
    const state = model.states[now.frames[now.frames.length - 1].state], flow = model.flows[state.flow];
    const list = [...(flow.steps[state.step].never_say || []), ...(flow.doc.never_say || [])];
    return list.length ? el("details", { class: "nevers" }, el("summary", {}, ui.never), el("ul", {}, list.map(one => el("li", {},
      el("span", { class: "no" }, ui.no + " "), one.texts.join(" / "), one.instead.length ? [el("br"), el("b", { class: "yes" }, ui.instead + " "), one.instead.join(" / ")] : null)))) : null;
  }

  // What the customer, the line or the clock may do: a key for each.
  function what(now) {
    const { events, along, timers: due } = scriptc.possible(model, now);
    const buttons = along ? [button("Enter", ui.along, goAlong, "main")] : [];
    events.forEach(({ event, delay, at }, number) => {
      const made = button(KEYS[number] || "", happening(event), () => put(() => scriptc.happens(model, config(), event), { what: happening(event) }));
      const note = notes.get("events" + event);
      if (note) made.title = note;
      if (delay && at >= 0) made.append(counting(at, delay));
      buttons.push(made);
    });
    const clocks = due.map(({ kind, delay, at }) => el("li", {}, fill(ui[kind], { time: clock(delay) }), counting(at, delay)));
    const next = scriptc.nextDue(model, now);
    return el("section", {}, el("h2", {}, ui.happened), el("div", { class: "keys" }, buttons),
      clocks.length ? el("ul", { class: "clocks" }, clocks) : null,
      next ? el("div", { class: "keys small" }, button(".", ui.skip, () => pass(next.at[0] - config().clock, { what: ui.time }))) : null);
  }

  function counting(at, delay) {
    const shown = el("span", { class: "count", "aria-hidden": "true" });
    timers.push({ at, delay, shown });
    return shown;
  }

  function road() {
    const items = call.flatMap(({ said, lines, config: after }) => [
      said ? el("li", { class: "heard" }, said.what, (said.answers || []).map(([slot, value]) => el("small", {}, ` ${named(slot)}${ui.colon}${value}`))) : null,
      ...lines.filter(one => one.kind === "enter").map(one => el("li", {}, el("time", {}, clock(one.clock)), " ",
        (one.flow ? model.flows[one.flow].title + " › " : "") + headed(model.flows[one.flow].steps[one.step].name))),
      after.outcome !== null ? el("li", {}, el("span", { class: "mark" }, ui.end), " ", headed(after.outcome) || ui.returned) : null,
    ].filter(Boolean));
    return el("section", { class: "walked" }, el("h2", {}, ui.walked), el("ol", {}, items));
  }

  function tellTime() {
    if (!call) return;
    const now = config(), shown = root.querySelector(".clock");
    if (shown) shown.textContent = clock(now.clock) + (running || now.outcome !== null ? "" : " " + ui.paused);
    for (const { at, delay, shown: where } of timers) {
      where.textContent = clock(at - now.clock);
      where.style.setProperty("--part", Math.min(1, Math.max(0, (at - now.clock) / delay)));
    }
  }

  // --- keys and time --------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", event => {
    if (!open || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input[type=text]"), pressing = event.target.matches("button, a, summary");
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (!keys.has(key) || (typing && key !== "Enter") || (pressing && key === "Enter")) return;
    event.preventDefault();
    keys.get(key)();
  });
  let before = Date.now();
  setInterval(() => {
    const now = Date.now(), gone = Math.min(MOST_AT_ONCE, now - before);
    before = now;
    if (open && running && call && !wanted && config().outcome === null) pass(gone);
  }, TICK);
  document.addEventListener("view", event => {
    open = event.detail === "guide";
    if (open) draw();
  });
  draw();
})();
