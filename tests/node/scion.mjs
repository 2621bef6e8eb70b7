// Runs SCXML documents in SCION on a clock that only moves when told. Reads {document, places, calls} a line on standard
// input, where an input of a call is an event's name or a number of milliseconds; writes what came of every call a line on
// standard output. tests/exports/test_engines.py drives it.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { Clock } from './clock.mjs';

const require = createRequire(`${process.argv[2]}/`);
const scxml = require('@scion-scxml/scxml');

const prepared = (document) =>
  new Promise((resolve, reject) => {
    scxml.documentStringToModel('', document, (error, model) => {
      if (error) return reject(error);
      model.prepare((failed, made) => (failed ? reject(failed) : resolve(made)));
    });
  });

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
for await (const line of createInterface({ input: process.stdin })) {
  const { document, places, calls } = JSON.parse(line);
  const model = await prepared(document);
  const results = calls.map((call) => {
    const clock = new Clock(process.argv[3] === 'queued');
    globalThis.setTimeout = (run, delay) => clock.setTimeout(run, delay);
    globalThis.clearTimeout = (id) => clock.clearTimeout(id);
    let heard = [];
    const engine = new scxml.core.Statechart(model, { console: { log: (label, text) => heard.push([label, text]) } });
    engine.start();
    return call.map((given) => {
      heard = [];
      if (typeof given === 'number') clock.pass(given);
      else if (given) engine.gen({ name: given });
      const resting = engine.getFullConfiguration().filter((id) => places[id]);
      return [heard, engine.isFinal() ? [] : resting.length ? places[resting[0]] : ['idle']];
    });
  });
  Object.assign(globalThis, real);
  console.log(JSON.stringify(results));
}
