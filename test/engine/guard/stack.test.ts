import { describe, expect, it } from 'vitest';
import type { InspectedThread, StackFrame } from '../../../src/core/inspection.ts';
import { startGuarded } from './ask-guard.ts';

const named = (threads: readonly InspectedThread[], name: string): InspectedThread => {
  const found = threads.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no thread ${name}`);
  return found;
};

/** The function names of the user's own code, innermost first. */
const yours = ({ frames }: InspectedThread): readonly string[] =>
  frames.filter((frame) => frame.isYours).map((frame) => frame.functionName);

describe('the stacks of a process', () => {
  it('name the function of every thread in JavaScript, and say of the others why there is none', async () => {
    using guarded = await startGuarded(['loop', 'regex', 'microtasks', 'wait', 'hang', 'native']);
    const threads = await guarded.ask({ op: 'stack', locals: false });
    expect(threads.map(({ threadId, name, state }) => [threadId, name, state])).toEqual([
      [0, 'main', 'idle'],
      [2, 'loop', 'in-js'],
      [3, 'regex', 'in-js'],
      [4, 'microtasks', 'in-js'],
      [5, 'wait', 'in-js'],
      [6, 'hang', 'idle'],
      [7, 'native', 'native'],
    ]);
    expect(yours(named(threads, 'loop'))[0]).toBe('loopForever');
    expect(yours(named(threads, 'regex'))[0]).toBe('matchForever');
    expect(yours(named(threads, 'microtasks'))[0]).toBe('turnMicrotasks');
    expect(yours(named(threads, 'wait'))[0]).toBe('waitForever');
    for (const thread of threads) for (const frame of thread.frames) expect(frame.locals).toBeUndefined();
  });

  it('go on with those that await what is on the stack', async () => {
    using guarded = await startGuarded(['loop']);
    const threads = await guarded.ask({ op: 'stack', threadId: 2, locals: false });
    const frames = named(threads, 'loop').frames.map(
      ({ functionName, isAwaiting, line }: StackFrame) => [functionName, isAwaiting, line > 0] as const,
    );
    expect(frames).toEqual([
      ['loopForever', false, true],
      ['gradeAnswer', false, true],
      ['Promise.all', true, true],
      ['runSample', true, true],
    ]);
    expect(named(threads, 'loop').frames[0]).toMatchObject({
      file: expect.stringMatching(/^\/.*busy-thread\.ts$/),
      isYours: true,
    });
  });

  it('are had of code that has replaced methods of arrays and of JSON', async () => {
    using guarded = await startGuarded(['patched']);
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: false });
    expect(thread?.state).toBe('in-js');
    expect(thread && yours(thread)).toEqual(expect.arrayContaining(['loopForever', 'gradeAnswer']));
  });

  it('tell variables when they are asked for', async () => {
    using guarded = await startGuarded(['loop']);
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: true });
    expect(thread?.frames[0]?.locals).toEqual(
      expect.arrayContaining([
        { name: 'question', value: '{country: "France", sizes: Array(3)}' },
        { name: 'label', value: '"the loop"' },
        { name: 'count', value: expect.stringMatching(/^\d+$/) },
      ]),
    );
  });

  it('tell variables that hold very long texts by their beginnings', async () => {
    using guarded = await startGuarded(['much']);
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: true });
    expect(thread?.state).toBe('in-js');
    expect(thread?.frames[0]?.locals).toEqual([
      { name: 'given', value: '"x"' },
      { name: 'text', value: `"${'x'.repeat(198)}…` },
      { name: 'length', value: '100000000' },
      { name: 'list', value: expect.stringMatching(/^Array\(1\) \["x+…x*"\]$/) },
      { name: 'later', value: '<not yet set>' },
    ]);
  });

  it('say of what eval and new Function have made that it is in no file, as profiles do', async () => {
    using guarded = await startGuarded(['eval']);
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: false });
    const noFile = { file: "eval'd code", isYours: false };
    expect(thread?.frames.slice(0, 3)).toMatchObject([
      { functionName: 'inFunction', ...noFile },
      { functionName: 'inEval', ...noFile, line: 1, column: 26 },
      { functionName: 'evaluateCode', isYours: true },
    ]);
    const profiles = await guarded.ask({ op: 'profile', threadId: 2, durationMs: 200 });
    for (const { functionName, file } of profiles[0]?.functions ?? [])
      if (['(program)', '(idle)', '(garbage collector)'].includes(functionName)) expect(file).toBe('');
      else if (functionName.startsWith('in')) expect(file).toBe(noFile.file);
  });

  it('are had while the main thread is in a loop', async () => {
    using guarded = await startGuarded(['loop', 'hang'], { main: 'loop' });
    const threads = await guarded.ask({ op: 'stack', locals: false });
    expect(threads.map(({ name, state }) => [name, state])).toEqual([
      ['main', 'in-js'],
      ['loop', 'in-js'],
      ['hang', 'idle'],
    ]);
    expect(yours(named(threads, 'main'))[0]).toBe('spinOnMain');
  });

  it('say that the main thread is in native code, where nothing behind it can be seen', async () => {
    using guarded = await startGuarded(['loop'], { main: 'native' });
    expect(await guarded.ask({ op: 'stack', locals: false })).toEqual([
      { threadId: 0, name: 'main', state: 'native', frames: [] },
    ]);
    expect(await guarded.askInVain({ op: 'stack', threadId: 2 })).toMatch(/native code/);
  });

  it('are cut in a deep recursion', async () => {
    using guarded = await startGuarded(['recursion']);
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: true });
    expect(thread?.frames.length).toBe(200);
    expect(thread?.frames[0]).toMatchObject({
      functionName: 'descend',
      locals: [{ name: 'depth', value: '0' }],
    });
  });

  it('are refused for a thread that is not there, with those that are', async () => {
    using guarded = await startGuarded(['hang']);
    expect(await guarded.askInVain({ op: 'stack', threadId: 99 })).toBe(
      'There is no thread 99; there are 0, 2.',
    );
    // The guard does not look at itself.
    expect(await guarded.askInVain({ op: 'stack', threadId: 1 })).toMatch(/no thread 1/);
  });
});
