import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import {
  describeStacks,
  renderNotes,
  renderStacks,
  type StackTextOptions,
} from '../../../src/cli/render/stack-text.ts';
import type { InspectedThread, StackFrame } from '../../../src/core/inspection.ts';
import type { StacksSeen } from '../../../src/inspect/look-at-stacks.ts';
import { START } from './rows.ts';

const frame = (given: Partial<StackFrame> = {}): StackFrame => ({
  functionName: 'extractAnswer',
  file: '/work/evals/scorer.ts',
  line: 88,
  column: 21,
  isYours: true,
  isAwaiting: false,
  ...given,
});

const LOOPS: InspectedThread = {
  threadId: 3,
  name: 'WorkerThread',
  state: 'in-js',
  taskId: 7,
  frames: [
    frame({ functionName: 'exec', file: '', isYours: false }),
    frame({ locals: [{ name: 'text', value: '"a b"' }] }),
    frame({ functionName: 'evaluate', line: 41, column: 9, isAwaiting: true }),
    frame({ functionName: 'runTry', file: 'node:internal/x', line: 1, column: 2, isYours: false }),
  ],
};
const IDLE: InspectedThread = { threadId: 0, name: 'main', state: 'idle', frames: [] };
const NATIVE: InspectedThread = { threadId: 4, name: 'WorkerThread', state: 'native', frames: [] };

const seen = (given: Partial<StacksSeen> = {}): StacksSeen => ({
  source: 'guard',
  threads: [IDLE, LOOPS],
  notes: [],
  ...given,
});

const LOOPING = { taskId: 7, name: 'fr.1', step: 'score', stepStartedAt: START - 12_400 };

const options = (given: Partial<StackTextOptions> = {}): StackTextOptions => ({
  executor: { pid: 20_314, runId: 'run-1', executorId: 'executor-1', evals: ['capitals'], threads: 2 },
  tasks: new Map([[7, LOOPING]]),
  now: START,
  width: Number.POSITIVE_INFINITY,
  folder: '/work',
  ...given,
});

it('prints each thread with its state, its task, and its frames, those that await marked', () => {
  expect(renderStacks(seen(), options())).toEqual([
    'Executor 20314 · 2 workers · run run-1 · capitals',
    '',
    'Thread 0 main · idle: in its event loop, no JavaScript is running',
    '',
    'Thread 3 WorkerThread · in JavaScript · task fr.1 · in "score" for 12.4 s',
    '  exec            native',
    '  extractAnswer   evals/scorer.ts:88:21  ◀ yours',
    '      text = "a b"',
    '  await evaluate  evals/scorer.ts:41:9  ◀ yours',
    '  runTry          node:internal/x:1:2',
  ]);
});

it('says of a task that was asked about where it is, or that it is on no stack', () => {
  const lines = renderStacks(seen({ threads: [IDLE] }), options({ asked: LOOPING }));
  expect(lines[1]).toBe('Task fr.1 · in "score" for 12.4 s');
  expect(lines.at(-2)).toBe('Task fr.1 is on no stack now: it waits for something.');
  expect(renderStacks(seen(), options({ asked: LOOPING })).join('\n')).not.toContain('on no stack');
});

it('puts what the system knows in the place of a stack that cannot be had', () => {
  const thread = { tid: 20_320, name: 'node', state: 'S', cpuMs: 900, waitsIn: 'do_wait', cpu: 0 };
  const pooled = { ...thread, tid: 20_321, name: 'libuv-worker' };
  const facts = {
    state: 'S',
    sampledMs: 500,
    threads: [thread, pooled],
    children: [{ pid: 20_400, command: 'sleep \u001b[31m60' }],
  };
  const lines = renderStacks(seen({ threads: [NATIVE], facts }), options());
  expect(lines.slice(2)).toEqual([
    'Thread 4 WorkerThread · in native code: no stack can be had',
    '',
    'What the system tells of process 20314, looked at for 500 ms · 2 threads',
    '  TID  NAME  STATE     CPU  WAITS IN',
    '20320  node  sleeping  0 %  do_wait',
    "and 1 sleeping thread of Node's own pools",
    'Child 20400: sleep 60',
  ]);
  expect(renderNotes(seen({ threads: [NATIVE], notes: ['The guard does not listen.'] }))).toEqual([
    'The guard does not listen.',
    "1 thread in native code: the system's facts stand in for the stack.",
  ]);
});

it.each([40, 60, 80])('keeps to %i cells, and keeps the line of a place', (width) => {
  const long = frame({ functionName: 'a'.repeat(60), file: `/elsewhere/${'deep/'.repeat(30)}scorer.ts` });
  const lines = renderStacks(seen({ threads: [{ ...LOOPS, frames: [long] }] }), options({ width }));
  expect(lines.every((line) => stringWidth(line) <= width)).toBe(true);
  expect(lines.at(-1)).toContain(':88:21  ◀ yours');
});

it('lets nothing of the evals reach the terminal but text', () => {
  const evil = '\u001b]0;evil\u0007\u202eabc\n';
  const thread: InspectedThread = {
    ...LOOPS,
    name: evil,
    frames: [frame({ functionName: evil, file: `/${evil}`, locals: [{ name: evil, value: evil }] })],
  };
  const asked = { ...LOOPING, name: evil, step: evil };
  const executor = { ...options().executor, evals: [evil] };
  const lines = renderStacks(seen({ threads: [thread] }), options({ asked, executor }));
  expect(lines.join('')).not.toMatch(/[\p{Cc}\u202e]/u);
});

it('describes the same as plain data', () => {
  const described = JSON.parse(JSON.stringify(describeStacks(seen(), options()))) as object;
  expect(described).toMatchObject({
    pid: 20_314,
    source: 'guard',
    threads: [
      { threadId: 0, state: 'idle', frames: [] },
      {
        threadId: 3,
        state: 'in-js',
        task: { name: 'fr.1', step: 'score', stepAgeMs: 12_400 },
        frames: [
          { functionName: 'exec' },
          {
            functionName: 'extractAnswer',
            line: 88,
            isYours: true,
            locals: [{ name: 'text', value: '"a b"' }],
          },
          { isAwaiting: true },
          {},
        ],
      },
    ],
  });
});
