import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evalYaml, makeFolder } from '../registry/make-registry.ts';
import { each, processesOf, QUICK, refuses, runsIn, writeEval } from './refuses.ts';
import { createWorkplace, type Workplace } from './run-evaltui.ts';

let place: Workplace;

beforeAll(() => {
  place = createWorkplace();
});

afterAll(() => place[Symbol.dispose]());

function evalWithTasks(name: string, tasks: string): string {
  return writeEval(
    place,
    name,
    `import { defineEval } from 'evaltui';
export default defineEval({ name: '${name}', ${tasks}, evaluate: () => ({ correct: true }) });\n`,
  );
}

describe('a command line that is wrong', () => {
  const capitals = (...args: readonly string[]) => ['run', 'capitals', ...QUICK, ...args];

  test('is told what is allowed, and starts nothing', async () => {
    const pair = makeFolder({
      'evals/e.yaml': evalYaml('one', 's.jsonl') + evalYaml('two', 's.jsonl'),
      'eval_sets/s.yaml': 'pair: {evals: [one, two]}\n',
    });
    await each(place, [
      [['run', 'nosuch'], refuses(/No eval "nosuch".* Known names: .*capitals/)],
      [['run', 'capitls'], refuses(/Did you mean "capitals"/)],
      [['run', 'capitals', '-m', 'mokc:latency=1ms'], refuses(/"mokc" takes no options.*"mock:latency=1ms"/)],
      [['run', 'capitals', '-m', 'mock:latancy=1ms'], refuses(/no option "latancy".*"latency".*Options:/)],
      [['run', 'capitals', '-m', 'command:x'], refuses(/needs Python: command:x/)],
      [['run', 'capitals', '-m', 'evals.fns:Foo'], refuses(/needs Python: evals\.fns:Foo/)],
      [['run', 'capitals', '-m', ''], refuses(/no model is named/)],
      [capitals('--completion-fn', 'dummy'), refuses(/--model .* and --completion-fn dummy/)],
      [capitals('--limit', '0'), refuses(/--limit was given "0"; allowed is a whole number from 1/)],
      [capitals('--attempts', '99999999'), refuses(/--attempts .* from 1 to 100000/)],
      [capitals('--concurrency', '1.5'), refuses(/--concurrency was given "1\.5"/)],
      [capitals('--task-timeout', '10'), refuses(/--task-timeout was given "10"; allowed is .*10m/)],
      [capitals('--request-timeout', '900h'), refuses(/--request-timeout .* at most 500h/)],
      [capitals('--param', 'x'), refuses(/--param was given "x"; allowed is key=value/)],
      [capitals('--ids', 'a,,b'), refuses(/--ids was given/)],
      [capitals('--display', 'plian'), refuses(/allowed is tui, plain, json, none\. Did you mean "plain"/)],
      [capitals('--fail-under', 'accuracy=80'), refuses(/for 80 % write accuracy=0\.8/)],
      [capitals('--registry-path', 'nowhere'), refuses(/--registry-path nowhere: there is no folder/)],
      [capitals('--record-path', 'no/x.jsonl'), refuses(/there is no folder .*Make it first/)],
      [capitals('arithmetic', '--record-path', 'x'), refuses(/takes the record of one eval, .* has 2,/)],
      [
        ['run', 'pair', ...QUICK, '--registry-path', pair, '--record-path', 'x'],
        refuses(/takes the record of one eval, .* has 2,/),
      ],
      [capitals('--record-path', '.'), refuses(/--record-path \. is a folder/)],
    ]);
    expect(existsSync(join(place.folder, '.evaltui')), 'nothing was started').toBe(false);
  });

  test('names the nearest option and command', async () => {
    await each(place, [
      [
        ['run', 'capitals', '--limt', '3'],
        ({ code, stderr, stdout }) => {
          expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
          expect(stderr).toMatch(/^evaltui: unknown option '--limt'\n\(Did you mean --limit\?\)/);
        },
      ],
      [
        ['rnu'],
        ({ code, stderr }) => {
          expect(code).toBe(2);
          expect(stderr).toMatch(/unknown command 'rnu'\n\(Did you mean run\?\)/);
        },
      ],
    ]);
  });

  test('is refused by what only the eval or the model knows, and leaves no run', async () => {
    const noKey = refuses(/Model "gpt-4o" needs OPENAI_API_KEY.*-m mock/);
    await each(place, [
      [
        ['run', 'arithmetic', '--param', 'cuont=3'],
        refuses(/no parameter "cuont"\. Did you mean "count"\?.*digits/),
      ],
      [['run', 'arithmetic', '--param', 'count=many'], refuses(/"count" .* was given as "many"/)],
      [['run', 'capitals', '--param', 'x=1'], refuses(/"capitals" has no parameter "x"/)],
      [
        ['run', join(import.meta.dirname, '../fixtures/misbehaving.eval.ts')],
        refuses(/"how" .* was not given/),
      ],
      [['run', 'capitals', '--ids', 'France,zz'], refuses(/--ids: the eval "capitals" has no sample .*"zz"/)],
      [['run', 'capitals', '-m', 'gpt-4o'], noKey],
    ]);
    await each(place, [[['run', 'capitals'], refuses(/OPENAI_API_KEY is set: name one with -m/)]], {
      OPENAI_API_KEY: 'sk-test',
    });
    expect(await runsIn(place)).toEqual([]);
    expect(processesOf(place)).toBe('');
  });
});

describe('an eval that cannot be run', () => {
  test('is refused with its file and line, and leaves no run', async () => {
    const evals: readonly (readonly [file: string, message: RegExp])[] = [
      [
        writeEval(place, 'syntax', 'export default {\n  name: 1\n  tasks() {},\n};\n'),
        /Cannot load .*syntax\.eval\.ts:3\)/,
      ],
      [
        writeEval(place, 'enum', 'enum A { B }\nexport default A;\n'),
        /enum is not supported.*enum\.eval\.ts:1\)\. Only TypeScript/,
      ],
      [
        writeEval(place, 'nodefault', 'export const a = 1;\n'),
        /has no default export; it must be "export default defineEval/,
      ],
      [
        writeEval(place, 'five', 'export default 5;\n'),
        /five\.eval\.ts has a default export that is no eval/,
      ],
      [
        writeEval(place, 'missing', "import './nope.ts';\nexport default 5;\n"),
        /Cannot find module .*nope\.ts'.*with its suffix/,
      ],
      [writeEval(place, 'throwing', "\nthrow new TypeError('boom');\n"), /boom \(.*throwing\.eval\.ts:2:7\)/],
      [evalWithTasks('none', '*tasks() {}'), /"none" has no samples to run/],
      [
        evalWithTasks('first', "tasks() { throw new Error('no data') }"),
        /failed after 0 samples: no data \(.*first\.eval\.ts:2/,
      ],
      [
        evalWithTasks(
          'middle',
          "*tasks() { for (let i = 0; i < 700; i++) yield { id: `s${i}`, input: i }; throw new Error('row') }",
        ),
        /failed after 700 samples: row \(.*middle\.eval\.ts:2/,
      ],
      [
        evalWithTasks('exits', '*tasks() { process.exit(3) }'),
        /called process\.exit\(3\).*\(.*exits\.eval\.ts:2/,
      ],
      [
        evalWithTasks('number', 'tasks: () => 5 as never'),
        /tasks\(\) of the eval "number" is no generator or array/,
      ],
      [
        evalWithTasks('rubbish', "*tasks() { yield 'foo' as never }"),
        /Sample 1 of the eval "rubbish" is "foo"/,
      ],
      [
        evalWithTasks('bigint', "*tasks() { yield { id: 'a', input: 1n as never } }"),
        /\("a"\) is not JSON: input is a bigint/,
      ],
      [
        evalWithTasks('twice', "*tasks() { for (const id of ['a', 'b', 'a']) yield { id, input: 1 } }"),
        /The eval \.\/twice\.eval\.ts: Sample 3 has the id "a" of an earlier one/,
      ],
    ];
    await each(
      place,
      evals.map(([file, message]) => [['run', file], refuses(message)]),
    );
    expect(await runsIn(place)).toEqual([]);
    expect(processesOf(place)).toBe('');
  });

  test('is interrupted by one Ctrl-C while its tasks() never ends', async () => {
    const endless = evalWithTasks('endless', '*tasks() { for (;;); }');
    const running = place.start(['run', endless]);
    await expect.poll(() => runsIn(place), { timeout: 10_000 }).toHaveLength(1);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.finished;
    expect({ code, stderr }).toEqual({
      code: 130,
      stderr: 'evaltui: Interrupted while the tasks were being planned.\n',
    });
    expect(await runsIn(place)).toEqual([]);
    expect(processesOf(place)).toBe('');
  });
});

test('a result that is not JSON is an error of its task alone; 5 MB are kept, 10 MB are refused', async () => {
  const file = writeEval(
    place,
    'results',
    `import { defineEval } from 'evaltui';
const circle: { self?: unknown } = {};
circle.self = circle;
const RESULTS: Record<string, () => unknown> = {
  undefined: () => undefined, bigint: () => ({ a: 1n }), nan: () => [1, NaN], function: () => () => 1,
  circle: () => circle, date: () => new Date(0), map: () => ({ m: new Map() }),
  large: () => 'x'.repeat(10_000_000), text: () => { throw 'a text'; },
  null: () => { throw null; }, long: () => { throw new Error('m'.repeat(5_000_000)); },
  getter: () => ({ get x() { throw new Error('a getter'); } }),
  fine: () => ({ correct: true, text: 'x'.repeat(5_000_000) }),
};
export default defineEval({
  name: 'results',
  *tasks() { for (const id of [...Object.keys(RESULTS), 'event']) yield { id, input: id }; },
  evaluate(task, context) {
    if (task.input === 'event') context.record({ type: 'big', data: { text: 'x'.repeat(9_000_000) } });
    return (RESULTS[task.input]?.() ?? (task.input === 'event' ? { correct: true } : undefined)) as never;
  },
});\n`,
  );
  const { code, stdout } = await place.run(['run', file, '--display', 'json']);
  expect(code).toBe(1);
  const last = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
  expect(last).toMatchObject({ status: 'errored', counts: { done: 1, errored: 13, queued: 0 } });
  const message = async (task: string): Promise<string> => {
    const shown = await place.run(['show', '--task', `${task}.1`]);
    return shown.stdout.slice(0, 4000);
  };
  expect(await message('nan')).toContain('not JSON: the result[1] is NaN');
  expect(await message('circle')).toContain('the result.self refers to itself');
  expect(await message('date')).toContain('the result is a Date');
  expect(await message('large')).toContain('a result of 10.0 MB; at most 8 MB are kept');
  expect(await message('event')).toContain('an event of type "big" is 9.0 MB');
  const { stdout: fine } = await place.run(['show', '--task', 'fine.1', '--json']);
  expect(JSON.parse(fine)).toMatchObject({ result: { text: 'x'.repeat(5_000_000) } });
});
