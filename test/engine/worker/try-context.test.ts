import { describe, expect, it } from 'vitest';
import type { Completion } from '../../../src/core/completion.ts';
import { TryContext } from '../../../src/engine/worker/try-context.ts';
import type { ClaimedTask } from '../../../src/store/task-store.ts';

const TASK = { taskId: 1, sampleId: 's', attempt: 1, try: 1, input: 'Q' } as unknown as ClaimedTask;
const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function contextOf(completion: Completion): TryContext {
  return new TryContext({
    task: TASK,
    runSeed: 1,
    params: {},
    resources: undefined,
    completionFns: [{ name: 'some', call: () => completion }],
  });
}

describe('TryContext.complete', () => {
  it('calls the completion function that is asked for, and names it in the step', async () => {
    const seen: string[] = [];
    const context: TryContext = new TryContext({
      task: TASK,
      runSeed: 1,
      params: {},
      resources: undefined,
      completionFns: ['a', 'b', 'c'].map((name) => ({
        name,
        call: () => {
          seen.push(context.steps.chain().at(-1)?.name ?? '');
          return { text: name };
        },
      })),
    });
    const picked = [undefined, 1, 'grader'] as const;
    const texts: string[] = [];
    for (const completionFn of picked) {
      const options = completionFn === undefined ? {} : { completionFn };
      texts.push((await context.complete('Q', options)).text);
    }
    expect(texts).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['model call (a, try 1)', 'model call (b, try 1)', 'model call (c, try 1)']);
    await expect(context.complete('Q', { completionFn: 3 })).rejects.toThrow('the run has 3: a, b, c.');
  });

  it('records one sampling event, its keys in the order of OpenAI Evals', async () => {
    const context = contextOf({ text: 'A', usage: USAGE, model: 'm' });
    await context.complete([{ role: 'user', content: 'Q' }]);
    expect(context.events.map(({ type, data }) => `${type} ${JSON.stringify(data)}`)).toEqual([
      'sampling {"prompt":[{"role":"user","content":"Q"}],"sampled":["A"],"model":"m",' +
        '"usage":{"completion_tokens":2,"prompt_tokens":3,"total_tokens":5}}',
    ]);
  });

  it('records the events that a completion names in place of that one, and counts its usage', async () => {
    const context = contextOf({ text: 'A', usage: USAGE, events: [{ type: 'note', data: { n: 1 } }] });
    await context.complete('Q');
    expect(context.events.map(({ type, data }) => ({ type, data }))).toEqual([
      { type: 'note', data: { n: 1 } },
    ]);
    expect(context.usage).toEqual(USAGE);
    expect(context.lastText).toBe('A');
  });

  it('records nothing of a completion without events', async () => {
    const context = contextOf({ text: 'A', events: [] });
    await context.complete('Q');
    expect(context.events).toEqual([]);
  });
});
