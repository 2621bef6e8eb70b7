// A machine, run: the simulator of compiler/runtime once more, for a page without a server. Same names, same rules
// (docs/language.md, "What a script means"); a test plays random calls on both. Knows nothing of pages.
"use strict";
const scriptc = (() => {
  const UNKNOWN = "…";
  const MOST = 20000, MOST_ANSWERS = 4096;
  const NEVER = [-1, 0, 0, 0];
  const GONE = -1;  // the level of a transition whose frame another interruption has taken away

  class Stop extends Error {
    constructor(kind, slot = "", options = []) {
      super(kind);
      this.refused = { refused: kind, slot, options };
    }
  }

  // --- reading: every name looked up once -----------------------------------------------------------------------------

  function load(doc, units) {
    const slotIndex = new Map(doc.slots.map((slot, number) => [slot.name, number]));
    const flowIndex = new Map(doc.flows.map((flow, number) => [flow.scenario, number]));
    const chinese = doc.flows.some(flow => [flow.title, ...flow.steps.map(step => step.name)].some(name => /[\u4e00-\u9fff]/.test(name)));
    const model = { doc, slots: doc.slots, slotIndex, flows: [], states: [], transitions: [], gates: 0, joined: new Map() };
    const guard = tests => (tests || []).map(test => ({
      slot: slotIndex.get(test.slot),
      values: test.is || test.is_not || null,
      negated: "filled" in test ? !test.filled : !!test.is_not,
    }));
    const names = list => (list || []).map(name => slotIndex.get(name));
    const act = one => ({
      kind: one.act,
      guard: guard(one.if),
      wordings: (one.phrases || []).map(phrase => phrase.parts.map(part =>
        typeof part === "string" ? part : {
          name: part.slot, slot: slotIndex.has(part.slot) ? slotIndex.get(part.slot) : -1,
          fact: doc.facts[part.slot] || "", tail: part.tail || 0,
        })),
      slots: one.act === "promise" ? names([one.slot]) : names(one.slots || one.fills),
      action: one.action || "",
      value: one.deadline ? amount(one.deadline, units, chinese) : "",
    });
    const acts = list => (list || []).map(act);
    const transition = (one, flow, order, anytime, first) => {
      const made = {
        id: model.transitions.length, kind: one.on.kind, event: one.on.event || "", delay: one.on.delay_ms || 0,
        guard: guard(one.if), fills: names(one.fills), acts: acts(one.acts),
        call: one.call === undefined ? -1 : flowIndex.get(one.call), then: acts(one.then),
        target: one.to === null ? -1 : first + one.to, anytime, flow, order,
      };
      model.transitions.push(made);
      return made;
    };
    const delayed = list => [...new Set(list.filter(one => one.kind === "event" && one.delay).map(one => one.event))];
    doc.flows.forEach((flow, number) => {
      const first = model.states.length;
      const entries = new Set(flow.steps.map(step => step.entry));
      for (const state of flow.states) {
        const gate = state.kind === "gate";
        const made = {
          id: model.states.length, flow: number, step: state.step === null ? -1 : state.step, kind: state.kind,
          rests: state.kind === "wait" || state.kind === "pause", entry: entries.has(state.id), acts: acts(state.acts),
          limit: state.limit || 0, gate: gate ? model.gates : -1, outcome: state.outcome || "", event: state.event || "",
        };
        if (gate) model.gates += 1;
        model.states.push(made);
        made.transitions = (state.transitions || []).map((one, order) => transition(one, number, order, false, first));
        made.proceed = made.transitions.filter(one => one.kind === "proceed");
        made.always = made.transitions.filter(one => one.kind === "always");
        made.timed = made.transitions.filter(one => one.kind === "after" || one.kind === "every");
        made.delayed = delayed(made.transitions);
      }
      const lines = (flow.anytime || []).map((one, order) => transition(one, number, order, true, first));
      model.flows.push({
        scenario: flow.scenario, title: flow.title || flow.scenario, entry: first + flow.entry, steps: flow.steps, lines,
        delayed: delayed(lines), doc: flow,
      });
    });
    return model;
  }

  function amount(deadline, units, chinese) {
    const [zh, en] = units[deadline.unit];
    return chinese ? deadline.number + zh : `${deadline.number} ${en}`;
  }

  // What a pending call amounts to: the transition that called, then each line that answered what was handed back.
  function joined(model, key) {
    if (key.length === 1) return model.transitions[key[0]];
    const name = key.join(" ");
    if (!model.joined.has(name)) {
      let line = model.transitions[key[key.length - 1]];
      const before = joined(model, key.slice(0, -1));
      if (line.target < 0) {
        const calls = line.call >= 0;
        line = {
          ...line, target: before.target,
          acts: calls ? line.acts : [...line.acts, ...before.then], then: calls ? [...line.then, ...before.then] : [],
        };
      }
      model.joined.set(name, line);
    }
    return model.joined.get(name);
  }

  // --- one move -------------------------------------------------------------------------------------------------------

  const holds = (guard, slots) => guard.every(test => {
    const value = slots[test.slot];
    return (test.values === null ? value !== null : value !== null && test.values.includes(value)) !== test.negated;
  });

  function answering(model, frames, slots, event, chain = []) {
    const top = frames.length - 1;
    const fits = line => line.kind === "event" && line.event === event && !chain.includes(line.id) && holds(line.guard, slots);
    for (const line of model.states[frames[top].state].transitions) if (fits(line)) return [line, top];
    for (let level = top; level >= 0; level -= 1) {
      for (const line of model.flows[model.states[frames[level].state].flow].lines) {
        if (!fits(line)) continue;
        if (frames.some(frame => frame.pending.length && frame.pending[frame.pending.length - 1] === line.id)) return null;
        return [line, level];
      }
    }
    return null;
  }

  const frameOf = (state, asked = [], pending = [], owner = 0) => ({ state, asked, pending, owner });
  const withValue = (slots, slot, value) => slots.map((old, number) => (number === slot ? value : old));

  class Run {
    constructor(model, config) {
      this.model = model;
      this.config = config;
      this.frames = [...config.frames];
      this.gates = [...config.gates];
      this.slots = config.slots;
      this.ready = config.ready;
      this.outcome = null;
      this.happenings = [];
      this.taken = 0;
      this.waits = false;
    }

    finish(heard, last = null) {
      const { clock, since, quiet, last: before } = this.config;
      const rest = this.waits
        ? { since: clock, quiet: clock, last: NEVER }
        : { since, quiet: heard ? clock : quiet, last: last || before };
      return {
        config: { frames: this.frames, gates: this.gates, slots: this.slots, ready: this.ready, clock, ...rest, outcome: this.outcome },
        happenings: this.happenings,
      };
    }

    begin(flow) {
      this.frames.push(frameOf(this.model.flows[flow].entry));
      this.on(this.settle());
    }

    take(line, level) {
      this.on([[line.id], line, level]);
    }

    on(way) {
      while (way !== null) {
        this.taken += 1;
        if (this.taken > MOST) throw new Stop("endless");
        way = this.follow(...way);
      }
    }

    follow(key, line, level) {
      if (line.call < 0) {
        this.perform(line.acts);
        return this.arrive(line, level);
      }
      const frames = this.frames;
      if (line.anytime) {
        // There is never more than one interruption: a second one takes the place of the first.
        const index = frames.findIndex(frame =>
          frame.pending.length && this.model.transitions[frame.pending[frame.pending.length - 1]].anytime);
        if (index >= 0) frames.splice(index, frames.length, frameOf(frames[index].state, frames[index].asked));
        if (level >= frames.length) level = GONE;  // it belongs to what it takes the place of: its way on is gone with it
      }
      this.perform(line.acts);
      const top = frames[frames.length - 1];
      frames[frames.length - 1] = frameOf(top.state, top.asked, key, level);
      frames.push(frameOf(this.model.flows[line.call].entry));
      return this.settle();
    }

    arrive(line, level) {
      const frames = this.frames, states = this.model.states;
      if (line.target < 0 || level === GONE) return states[frames[frames.length - 1].state].rests ? null : this.settle();
      const frame = frames[level], target = states[line.target];
      const asked = target.step === states[frame.state].step && !target.entry ? frame.asked : [];
      frames.splice(level, frames.length, frameOf(line.target, asked));
      return this.settle();
    }

    settle() {
      const level = this.frames.length - 1;
      const state = this.model.states[this.frames[level].state];
      this.waits = true;
      const open = state.kind !== "gate" || this.gates[state.gate] < state.limit;
      if (state.entry && open) this.happened({ kind: "enter" }, state);
      if (state.rests) return null;
      if (state.kind === "act") {
        this.perform(state.acts);
        const way = state.always.find(one => holds(one.guard, this.slots));
        if (!way) throw new Stop("no-way-on");
        return [[way.id], way, level];
      }
      if (state.kind === "gate") {
        const way = state.transitions[open ? 0 : 1];
        this.gates[state.gate] = Math.min(this.gates[state.gate] + 1, state.limit);
        return [[way.id], way, level];
      }
      if (state.kind === "end") {
        this.outcome = state.outcome;
        this.happened({ kind: "end", outcome: state.outcome }, state);
        return null;
      }
      return this.leave(state.event);
    }

    leave(event) {
      const frames = this.frames;
      frames.pop();
      if (!frames.length) {
        this.outcome = "";
        return null;
      }
      const { state, asked, pending: key, owner: level } = frames[frames.length - 1];
      frames[frames.length - 1] = frameOf(state, asked);
      if (event) {
        const found = answering(this.model, frames, this.slots, event, key);
        if (found) {
          const [line, at] = found, together = [...key, line.id];
          return [together, joined(this.model, together), line.target < 0 ? level : at];
        }
      }
      const pending = joined(this.model, key);
      this.perform(pending.then);
      return this.arrive(pending, level);
    }

    perform(acts) {
      for (const act of acts) {
        if (!holds(act.guard, this.slots)) continue;
        const top = this.frames.length - 1, frame = this.frames[top];
        this.happened({ kind: "act", act }, this.model.states[frame.state]);
        if (act.kind === "ask") {
          this.frames[top] = { ...frame, asked: [...new Set([...frame.asked, ...act.slots])] };
        } else if (act.kind === "promise") {
          this.slots = withValue(this.slots, act.slots[0], act.value);
        } else {
          act.slots.forEach(slot => this.fill(slot));
        }
      }
    }

    // With the answer given ahead; without one, with what it held before. A choice needs one, unless it was known.
    fill(slot) {
      let value = this.ready[slot];
      if (value === null) {
        const { name, options, known } = this.model.slots[slot];
        if (options && options.length && !known) throw new Stop("answer-missing", name, options);
        value = this.slots[slot] || UNKNOWN;
      }
      this.slots = withValue(this.slots, slot, value);
    }

    happened(what, state) {
      this.happenings.push({ ...what, flow: state.flow, step: state.step, clock: this.config.clock, slots: this.slots });
    }
  }

  // --- what time sets off ---------------------------------------------------------------------------------------------

  // A moment: when, less than 0 by as long as the line has run, how far out its scenario is, its place there.
  const earlier = (a, b) => {
    for (let place = 0; place < 4; place += 1) if (a[place] !== b[place]) return a[place] < b[place];
    return false;
  };

  function allDue(model, config) {
    const found = [];
    if (config.outcome !== null) return found;
    const frames = config.frames, top = frames.length - 1, state = model.states[frames[top].state];
    const seen = new Set();
    for (const line of state.timed) {
      const name = line.kind + line.delay;
      if (seen.has(name) || !holds(line.guard, config.slots)) continue;
      seen.add(name);
      let at = config.since + line.delay;
      if (line.kind === "every" && config.last[0] > at) at += Math.floor((config.last[0] - at) / line.delay) * line.delay;
      if (!earlier(config.last, [at, -line.delay, 0, line.order])) {
        if (line.kind === "after") continue;
        at += line.delay;
      }
      found.push({ at: [at, -line.delay, 0, line.order], line, level: top });
    }
    const events = new Set(state.delayed);
    for (const frame of [...frames].reverse()) model.flows[model.states[frame.state].flow].delayed.forEach(one => events.add(one));
    for (const event of events) {
      const answer = answering(model, frames, config.slots, event);
      if (answer && answer[0].delay) {
        const [line, level] = answer;
        const when = [config.quiet + line.delay, -line.delay, line.anytime ? top - level + 1 : 0, line.order];
        if (earlier(config.last, when)) found.push({ at: when, line, level });
      }
    }
    return found;
  }

  const nextDue = (model, config) =>
    allDue(model, config).reduce((first, one) => (first === null || earlier(one.at, first.at) ? one : first), null);

  // --- what may be put to a call: each gives {config, happenings} or {refused, slot, options} ---------------------------

  function attempt(move) {
    try {
      return move();
    } catch (error) {
      if (error instanceof Stop) return error.refused;
      throw error;
    }
  }

  // known: slots filled before the call. ahead: answers a system gives in the first steps, by slot.
  const begin = (model, known = {}, ahead = {}) => attempt(() => {
    const slots = model.slots.map(slot => {
      if (!slot.known) return null;
      return known[slot.name] || (slot.options && slot.options.length ? slot.options[0] : UNKNOWN);
    });
    const start = {
      frames: [], gates: Array(model.gates).fill(0), slots, ready: model.slots.map(slot => ahead[slot.name] || null), clock: 0, since: 0, quiet: 0,
      last: NEVER, outcome: null,
    };
    const run = new Run(model, start);
    run.begin(0);
    return run.finish(true);
  });

  const happens = (model, config, event) => attempt(() => {
    const found = config.outcome === null && answering(model, config.frames, config.slots, event);
    if (!found) return { refused: config.outcome === null ? "unknown-event" : "ended" };
    const run = new Run(model, config);
    run.take(...found);
    return run.finish(true);
  });

  const goAlong = (model, config) => attempt(() => {
    if (config.outcome !== null) return { refused: "ended" };
    const level = config.frames.length - 1, top = config.frames[level];
    const ways = model.states[top.state].proceed;
    if (!ways.length) return { refused: "cannot-go-along" };
    const run = new Run(model, config);
    ways[0].fills.filter(slot => top.asked.includes(slot)).forEach(slot => run.fill(slot));
    const way = ways.find(one => holds(one.guard, run.slots));
    if (!way) return { refused: "no-way-on" };
    run.take(way, level);
    return run.finish(true);
  });

  const pass = (model, config, milliseconds) => attempt(() => {
    if (config.outcome !== null) return { refused: "ended" };
    const end = config.clock + Math.max(0, milliseconds), happenings = [];
    for (let count = 0; count < MOST; count += 1) {
      const due = nextDue(model, config);
      if (due === null || due.at[0] > end) return { config: { ...config, clock: end }, happenings };
      const run = new Run(model, { ...config, clock: Math.max(config.clock, due.at[0]) });
      run.take(due.line, due.level);
      const made = run.finish(due.line.kind === "event", due.at);
      happenings.push(...made.happenings);
      config = made.config;
      if (config.outcome !== null) return { config, happenings };
    }
    return { refused: "endless" };
  });

  const fill = (model, config, name, value) => {
    const number = model.slotIndex.has(name) ? model.slotIndex.get(name) : -1, slot = model.slots[number];
    if (!slot || slot.type === "deadline") return { refused: "slot", slot: name };
    if (slot.options && slot.options.length && !slot.options.includes(value)) return { refused: "value", slot: name };
    return { config: { ...config, ready: withValue(config.ready, number, value) }, happenings: [] };
  };

  // --- what may happen next -------------------------------------------------------------------------------------------

  // Whether, with some answers, some way on is open.
  function canGoAlong(model, config) {
    const top = config.frames[config.frames.length - 1], ways = model.states[top.state].proceed;
    if (!ways.length) return false;
    const tested = new Set(ways.flatMap(way => way.guard.map(test => test.slot)));
    let tried = [config.slots];
    for (const slot of ways[0].fills.filter(one => top.asked.includes(one))) {
      const options = model.slots[slot].options || [];
      const values = tested.has(slot) && options.length ? options : [UNKNOWN];
      if (tried.length * values.length > MOST_ANSWERS) return true;
      tried = tried.flatMap(slots => values.map(value => withValue(slots, slot, value)));
    }
    return tried.some(slots => ways.some(way => holds(way.guard, slots)));
  }

  // {events: [{event, delay, at}], along: null or the slots that going along fills, timers: [{kind, delay, at}]}
  function possible(model, config) {
    const none = { events: [], along: null, timers: [] };
    if (config.outcome !== null) return none;
    const top = config.frames[config.frames.length - 1], state = model.states[top.state];
    const due = new Map(allDue(model, config).map(one => [one.line.id, one.at[0]]));
    const names = new Set();
    const note = line => line.kind === "event" && names.add(line.event);
    state.transitions.forEach(note);
    for (const frame of [...config.frames].reverse()) model.flows[model.states[frame.state].flow].lines.forEach(note);
    for (const event of names) {
      const answer = answering(model, config.frames, config.slots, event);
      if (answer) none.events.push({ event, delay: answer[0].delay, at: due.has(answer[0].id) ? due.get(answer[0].id) : -1 });
    }
    for (const line of state.timed) if (due.has(line.id)) none.timers.push({ kind: line.kind, delay: line.delay, at: due.get(line.id) });
    if (canGoAlong(model, config)) none.along = state.proceed[0].fills.filter(slot => top.asked.includes(slot)).map(slot => model.slots[slot]);
    return none;
  }

  const spoken = (wording, slots) => wording.map(part => {
    if (typeof part === "string") return { text: part };
    const value = part.slot < 0 ? part.fact : slots[part.slot];
    if (value === null || value === UNKNOWN) return { slot: part.name, tail: part.tail };
    return { text: part.tail ? value.slice(-part.tail) : value, filled: part.slot >= 0 };
  });

  return { load, begin, happens, goAlong, pass, fill, possible, nextDue, spoken };
})();
