// A clock that only moves when told, in place of the timers of an engine. `queued`: it hands out all that is due at one
// moment before any of it is handled, so a timer that is cleared by the one before goes off all the same.
export class Clock {
  constructor(queued = false) {
    this.queued = queued;
  }
  now = 0;
  count = 0;
  waiting = new Map();
  setTimeout(run, delay) {
    this.waiting.set(++this.count, { at: this.now + delay, run });
    return this.count;
  }
  clearTimeout(id) {
    this.waiting.delete(id);
  }
  pass(milliseconds) {
    const end = this.now + milliseconds;
    for (;;) {
      let next;
      for (const [id, { at }] of this.waiting) if (at <= end && (!next || at < next.at)) next = { id, at };
      if (!next) break;
      this.now = next.at;
      const due = [...this.waiting].filter(([id, { at }]) => (this.queued ? at === next.at : id === next.id));
      for (const [id] of due) this.waiting.delete(id);
      for (const [, { run }] of due) run();
    }
    this.now = end;
  }
}
