import { expect, test } from 'vitest';
import { completed, completions, parseCommand } from '../../../src/monitor/keys/command-line.ts';
import type { ScreenState } from '../../../src/monitor/state/screen-state.ts';
import { openInput } from '../../../src/monitor/state/text-input.ts';
import { FINISHED, makeFacts, makeState, OWN } from '../make-context.ts';

const TASKS = makeState({ screen: 'tasks' });

test('every key with a name can be given by it, cut short while it is of one only', () => {
  expect(parseCommand('executors', TASKS, OWN)).toEqual({ intent: { kind: 'show', screen: 'executors' } });
  expect(parseCommand(' exec ', TASKS, OWN)).toEqual({ intent: { kind: 'show', screen: 'executors' } });
  expect(parseCommand('retry', TASKS, OWN)).toEqual({ intent: { kind: 'retry' } });
  expect(parseCommand('re', TASKS, OWN)).toEqual({
    problem: expect.stringMatching(/^:re may be .*retry, retry-errored/),
  });
});

test('commands that take something take it, and say what when it is wrong', () => {
  expect(parseCommand('limit 32', TASKS, OWN)).toEqual({ intent: { kind: 'limit-to', concurrency: 32 } });
  expect(parseCommand('limit many', TASKS, OWN)).toEqual({ problem: ':limit <tasks in flight>' });
  expect(parseCommand('filter state:stuck x', TASKS, OWN)).toEqual({
    intent: { kind: 'filter', text: 'state:stuck x' },
  });
  expect(parseCommand('sort age', TASKS, OWN)).toEqual({ intent: { kind: 'sort-by', column: 'age' } });
  expect(parseCommand('open 2701', TASKS, OWN)).toEqual({ intent: { kind: 'open-run', runId: '2701' } });
  expect(parseCommand('pause now', TASKS, OWN)).toEqual({ problem: ':pause takes nothing' });
});

test('what cannot be done now is no command, and the nearest one is named', () => {
  expect(parseCommand('pause', TASKS, makeFacts({ isPaused: true }))).toHaveProperty('problem');
  expect(parseCommand('continue', TASKS, makeFacts({ isPaused: true }))).toEqual({
    intent: { kind: 'toggle-pause' },
  });
  expect(parseCommand('cancel', TASKS, FINISHED)).toHaveProperty('problem');
  expect(parseCommand('tsaks', TASKS, OWN)).toEqual({
    problem: 'no command "tsaks" here; did you mean :tasks?',
  });
});

test('completes names, and the terms of a filter, as far as they agree', () => {
  const typed = (text: string): ScreenState => ({ ...TASKS, input: openInput('command', text) });
  expect(completions(typed('retr'), OWN)).toEqual(['retry', 'retry-errored']);
  expect(completed('retr', completions(typed('retr'), OWN))).toBe('retry');
  expect(completed('fi', completions(typed('fi'), OWN))).toBe('filter ');
  expect(completed('filter state:st', completions(typed('filter state:st'), OWN))).toBe('filter state:stuck');
  expect(completed('zzz', completions(typed('zzz'), OWN))).toBe('zzz');
});
