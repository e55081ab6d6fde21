import { describe, expect, it } from 'vitest';
import { startGuarded } from './ask-guard.ts';

const KEY = 'sk-proj-0123456789abcdefghijklmnopqrstuvwxyz';

describe('the console of a thread', () => {
  it('evaluates what is global in a free thread, and waits for promises', async () => {
    using guarded = await startGuarded(['hang']);
    const valueOf = async (expression: string): Promise<unknown> =>
      guarded.ask({ op: 'evaluate', threadId: 2, expression });
    expect(await valueOf('answerOfAll')).toEqual({ value: '42', isError: false });
    expect(await valueOf('({ a: [1, new Map([["b", 2n]])] })')).toEqual({
      value: "{ a: [ 1, Map(1) { 'b' => 2n } ] }",
      isError: false,
    });
    expect(await valueOf('let x = "a\\nb"; x')).toEqual({ value: String.raw`'a\nb'`, isError: false });
    expect(await valueOf('await new Promise((r) => setTimeout(r, 30, "late"))')).toEqual({
      value: "'late'",
      isError: false,
    });
    expect(await valueOf('nothing.there')).toMatchObject({
      value: expect.stringMatching(/^ReferenceError: nothing is not defined/),
      isError: true,
    });
    expect(await valueOf('throw 7')).toEqual({ value: '7', isError: true });
    expect(await valueOf('a b')).toMatchObject({
      value: expect.stringMatching(/SyntaxError/),
      isError: true,
    });
  });

  it('sees the variables of the function that a thread is in, which then goes on', async () => {
    using guarded = await startGuarded(['loop']);
    const valueOf = async (expression: string): Promise<string> =>
      (await guarded.ask({ op: 'evaluate', threadId: 2, expression })).value;
    expect(await valueOf('question')).toBe("{ country: 'France', sizes: [ 1, 2, 3 ] }");
    const first = Number(await valueOf('count'));
    expect(first).toBeGreaterThan(0);
    await expect.poll(async () => Number(await valueOf('count'))).toBeGreaterThan(first);
  });

  it('shows the beginning of a very long text, and goes on to answer', async () => {
    using guarded = await startGuarded(['much', 'hang']);
    for (const [threadId, expression] of [
      [2, 'text'],
      [3, '"x".repeat(500_000_000); '],
    ] as const) {
      const { value, isError } = await guarded.ask({ op: 'evaluate', threadId, expression });
      expect(isError).toBe(false);
      expect(value).toMatch(/^'x{1000}/);
      expect(value.length).toBeLessThanOrEqual(100_000);
      const next = { op: 'evaluate', threadId, expression: 'answerOfAll' } as const;
      expect(await guarded.ask(next)).toEqual({ value: '42', isError: false });
    }
  });

  it('shows each kind of value', async () => {
    using guarded = await startGuarded(['hang']);
    const shown: readonly (readonly [string, string])[] = [
      ['undefined', 'undefined'],
      ['null', 'null'],
      ['-0', '-0'],
      ['10n // big', '10n'],
      ['Symbol("a")', 'Symbol(a)'],
      ['NaN;', 'NaN'],
      ['1, 2', '2'],
      ['let made = 1; made + 1', '2'],
      ['made', '1'],
      ['await 5', '5'],
      ['({ [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("no") } })', 'Object'],
    ];
    for (const [expression, value] of shown)
      expect(await guarded.ask({ op: 'evaluate', threadId: 2, expression })).toEqual({
        value,
        isError: false,
      });
  });

  it('breaks off what does not end, and leaves the thread as it was', async () => {
    using guarded = await startGuarded(['loop', 'hang']);
    for (const threadId of [2, 3]) {
      expect(
        await guarded.askInVain({ op: 'evaluate', threadId, expression: '(() => { for (;;); })()' }),
      ).toMatch(/broken off/);
    }
    const stacks = await guarded.ask({ op: 'stack', locals: false });
    expect(stacks.map(({ state, frames }) => [state, frames[0]?.functionName])).toEqual([
      ['idle', undefined],
      ['in-js', 'loopForever'],
      ['idle', undefined],
    ]);
  });

  it('is refused when the run does not allow it, and in native code', async () => {
    using closed = await startGuarded(['hang'], { env: { NO_CONSOLE: '1' } });
    expect(await closed.askInVain({ op: 'evaluate', threadId: 2, expression: '1' })).toMatch(
      /--allow-console/,
    );
    using guarded = await startGuarded(['native']);
    expect(await guarded.askInVain({ op: 'evaluate', threadId: 2, expression: '1' })).toMatch(/native code/);
    expect(await guarded.askInVain({ op: 'evaluate', threadId: 7, expression: '1' })).toMatch(/no thread 7/);
    expect(await guarded.askInVain({ op: 'evaluate', expression: '1' })).toMatch(/needs a threadId/);
  });

  it('shows no key of the environment, and no stack does', async () => {
    using guarded = await startGuarded(['keys'], { env: { OPENAI_API_KEY: KEY } });
    const expressions = [
      'process.env.OPENAI_API_KEY',
      '({ ...process.env })',
      '`Bearer ${process.env.OPENAI_API_KEY}`',
    ];
    for (const expression of expressions) {
      const { value } = await guarded.ask({ op: 'evaluate', threadId: 2, expression });
      expect(value).toContain('[OPENAI_API_KEY]');
      expect(value).not.toContain(KEY.slice(0, 12));
    }
    const [thread] = await guarded.ask({ op: 'stack', threadId: 2, locals: true });
    expect(thread?.frames[0]?.locals).toEqual([
      { name: 'key', value: '"[OPENAI_API_KEY]"' },
      { name: 'header', value: '{Authorization: "Bearer [OPENAI_API_KEY]"}' },
    ]);
  });
});
