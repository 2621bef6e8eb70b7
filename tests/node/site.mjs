// Runs machines in the site's own simulator. Reads {machine, units, calls} a line on standard input, writes what came of
// every call a line on standard output, in the form of xstate.mjs. tests/exports/test_engines.py drives it.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const scriptc = new Function(`${readFileSync(process.argv[2], 'utf8')}\nreturn scriptc;`)();

const slot = ({ name, tail }) => `{${name}${tail ? ` 末${tail}位` : ''}}`;
const text = (model, act) => {
  if (act.kind === 'do') return act.action;
  if (act.kind === 'promise') return model.slots[act.slots[0]].name;
  return act.wordings.length ? act.wordings[0].map((part) => (typeof part === 'string' ? part : slot(part))).join('') : '';
};
const told = (model, { config, happenings }) => {
  const lines = happenings.filter((one) => one.kind === 'act').map((one) => [one.act.kind, text(model, one.act)]);
  if (config.outcome !== null) return [[...lines, ['end', config.outcome]], []];
  const state = model.states[config.frames[config.frames.length - 1].state];
  const flow = model.doc.flows[state.flow], first = model.states.find((one) => one.flow === state.flow).id;
  return [lines, [flow.scenario, flow.states[state.id - first].name]];
};

function play(model, call) {
  const known = {};
  let config = null;
  return call.map(([kind, first, second]) => {
    if (kind === 'known') {
      known[first] = second;
      return [[], ['idle']];
    }
    const made =
      kind === 'begin' ? scriptc.begin(model, known)
      : kind === 'event' ? scriptc.happens(model, config, first)
      : kind === 'proceed' ? scriptc.goAlong(model, config)
      : kind === 'pass' ? scriptc.pass(model, config, Number(first))
      : kind === 'fill' ? scriptc.fill(model, config, first, second)
      : { config: { ...config, quiet: config.clock }, happenings: [] };
    if (made.refused) return [[['refused', made.refused]], []];
    config = made.config;
    return told(model, made);
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { machine, units, calls } = JSON.parse(line);
  const model = scriptc.load(machine, units);
  console.log(JSON.stringify(calls.map((call) => play(model, call))));
}
