// A clock that only moves when told, in place of the timers of an engine.
export class Clock {
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
      const { run } = this.waiting.get(next.id);
      this.waiting.delete(next.id);
      run();
    }
    this.now = end;
  }
}
