// Runs machines exported for XState 5 on a clock that only moves when told. Reads {config, calls} a line on standard
// input, writes what came of every call a line on standard output. tests/exports/test_engines.py drives it.
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { createRequire } from 'node:module';
import { Clock } from './clock.mjs';

const require = createRequire(`${process.argv[2]}/`);
const { and, cancel, createActor, createMachine, or, raise, stateIn } = await import(
  pathToFileURL(require.resolve('xstate')).href
);

// --- what docs/exports.md tells users to write ---------------------------------------------------------------------

const guard = ({ params }) => and(params.all.map((ids) => or(ids.map((id) => stateIn(`#${id}`)))));
const action = (one) => {
  if (one.type === 'raise') return raise({ type: one.params.event }, { delay: one.params.delay, id: one.params.id });
  return one.type === 'cancel' ? cancel(one.params.id) : one;
};
const revive = (key, value) => {
  if (key === 'guard') return guard(value);
  return key === 'actions' || key === 'entry' || key === 'exit' ? value.map(action) : value;
};

// --- one machine after the other -----------------------------------------------------------------------------------

const kinds = ['say', 'ask', 'do', 'promise', 'end'];

function place(snapshot) {
  if (snapshot.status !== 'active') return [];
  for (const node of snapshot._nodes) if (node.meta?.state) return [node.meta.scenario, node.meta.state];
  return ['idle'];
}

function event(given, meta) {
  if (given[0] === 'event') return meta.events[given[1]];
  if (given[0] === 'fill' || given[0] === 'known') {
    return [...meta.answers, ...meta.known].find((one) => one.slot === given[1] && one.value === given[2])?.event;
  }
  return `_${given[0]}`;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { config, calls } = JSON.parse(line);
  let heard = [];
  const actions = Object.fromEntries(kinds.map((kind) => [kind, (_, params) => heard.push([kind, params.text])]));
  const machine = createMachine(JSON.parse(config, revive), { actions });
  const meta = machine.config.meta;
  const results = calls.map((call) => {
    const clock = new Clock();
    const actor = createActor(machine, { clock }).start();
    return call.map((given) => {
      heard = [];
      if (given[0] === 'pass') clock.pass(Number(given[1]));
      else {
        const type = event(given, meta);
        if (type) actor.send({ type });
      }
      return [heard, place(actor.getSnapshot())];
    });
  });
  console.log(JSON.stringify(results));
}
