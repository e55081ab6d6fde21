import { describe, expect, it } from 'vitest';
import { STEP } from '../fixtures/misbehaving/one-of-twenty.ts';
import { CULPRIT, misbehave, MISBEHAVIOURS } from './misbehaviour.ts';

const WITHIN_MS = 180_000;
const STUCK_AFTER = '2s';

describe.concurrent('of twenty tasks the one that gets stuck', () => {
  for (const misbehaviour of MISBEHAVIOURS) {
    if (misbehaviour.becomes !== 'stuck') continue;
    const { name, verdict, shows } = misbehaviour;
    const step = misbehaviour.step === undefined ? STEP : `${STEP} > ${misbehaviour.step}`;
    it(
      `is told (${verdict}), seen (${shows}) and killed, and nothing else: ${name}`,
      async () => {
        const { stuck, handled, code, states, tries, left } = await misbehave(misbehaviour, STUCK_AFTER);
        expect(stuck).toMatchObject([{ task: CULPRIT, verdict, step }]);
        expect(handled?.isMarkedLine).toBe(shows.startsWith('line'));
        if (shows === 'native code') expect(handled?.seen).toBe('native code');
        if (shows === 'step') expect(handled?.seen).toBe(`step "${step}"`);
        expect(handled?.kill).toMatchObject({ code: 0, stderr: '' });
        expect(handled?.kill.stdout).toMatch(/^Task s7\.1 is cancelled/);
        expect(code).toBe(0);
        expect(states).toEqual({ done: 19, cancelled: 1 });
        expect(tries.filter(({ kind }) => kind !== null && kind !== 'killed')).toEqual([]);
        expect(tries.filter(({ task }) => task === CULPRIT)).toMatchObject([{ try: 1, kind: 'killed' }]);
        expect(left).toBe(0);
      },
      WITHIN_MS,
    );
  }
});

describe.concurrent('of twenty tasks the one that fails', () => {
  for (const misbehaviour of MISBEHAVIOURS) {
    if (misbehaviour.becomes !== 'errored') continue;
    const { name, message } = misbehaviour;
    it(
      `is errored, and the others are right: ${name}`,
      async () => {
        const { code, states, tries, left } = await misbehave(misbehaviour, '60s');
        expect(code).toBe(1);
        expect(states).toEqual({ done: 19, errored: 1 });
        const own = tries.filter(({ task }) => task === CULPRIT);
        expect(own.every((each) => message.test(each.message ?? ''))).toBe(true);
        // What ends its thread may have done so because of another task: it is tried again, until that is sure.
        expect(own).toHaveLength(own[0]?.kind === 'executor-died' ? 3 : 1);
        expect(left).toBe(0);
      },
      WITHIN_MS,
    );
  }
});

it(
  'ends with nothing left behind when a task has left timers that never end',
  async () => {
    const [leak] = MISBEHAVIOURS.filter(({ becomes }) => becomes === 'done');
    const { stuck, code, states, left } = await misbehave(leak!, '60s');
    expect(stuck).toEqual([]);
    expect(code).toBe(0);
    expect(states).toEqual({ done: 20 });
    expect(left).toBe(0);
  },
  WITHIN_MS,
);
