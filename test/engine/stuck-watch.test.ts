import { expect, it } from 'vitest';
import { StuckWatch, type WatchedWorker } from '../../src/engine/stuck-watch.ts';
import type { NewEvidence, StepRow } from '../../src/store/task-store.ts';

const FRAME = {
  functionName: 'loop',
  file: 'spin.eval.ts',
  line: 3,
  column: 5,
  isYours: true,
  isAwaiting: false,
};

/** A watch over one thread that runs tasks 1 and 2; the first is the one that stands. */
function watchOver(): {
  readonly watch: StuckWatch;
  readonly told: () => readonly (readonly [number | null, string])[];
  readonly saved: readonly NewEvidence[];
  now: number;
} {
  const saved: NewEvidence[] = [];
  const world = { now: 100_000 };
  const watch = new StuckWatch({
    runId: 'run',
    executorId: 'one',
    stuckAfterMs: 60_000,
    now: () => world.now,
    stackOf: () => Promise.resolve({ state: 'in-js', frames: [FRAME], taskId: 1 }),
    tryOf: (taskId) => taskId + 1,
    save: async (evidence) => void saved.push(evidence),
  });
  const told = () => saved.map(({ taskId, verdict }) => [taskId, verdict] as const);
  return Object.assign(world, { watch, told, saved });
}

const thread = (loop: number, heardAt: number): WatchedWorker => ({
  thread: 5,
  loop,
  heardAt,
  taskIds: [1, 2],
});

it('tells once of a task that stands, that it has recovered, and again when it stands again', async () => {
  const world = watchOver();
  const silent = thread(1, 90_000);
  for (let second = 0; second < 4; second += 1) await world.watch.look([silent], []);
  expect(world.told()).toEqual([[1, 'cpu-bound']]);
  expect(world.saved[0]).toMatchObject({
    try: 2,
    thread: 5,
    data: { silentMs: 10_000, stack: ['loop (spin.eval.ts:3:5)'] },
  });
  for (let second = 0; second < 2; second += 1) await world.watch.look([thread(0.5, world.now)], []);
  expect(world.told()).toEqual([
    [1, 'cpu-bound'],
    [1, 'recovered'],
  ]);
  for (let second = 0; second < 3; second += 1) await world.watch.look([silent], []);
  expect(world.told().slice(2)).toEqual([[1, 'cpu-bound']]);
});

it('tells nothing of the end of a task that stood', async () => {
  const world = watchOver();
  const silent = thread(1, 90_000);
  await world.watch.look([silent], []);
  await world.watch.look([silent], []);
  await world.watch.look([{ ...thread(0.1, world.now), taskIds: [2] }], []);
  expect(world.told()).toEqual([[1, 'cpu-bound']]);
});

it('tells once of each step that is older than allowed', async () => {
  const world = watchOver();
  const step = (startedAt: number): StepRow => ({ taskId: 2, try: 3, name: 'model call', startedAt });
  const young = thread(0, world.now);
  await world.watch.look([young], [step(41_000)]);
  expect(world.told()).toEqual([]);
  for (const now of [101_000, 102_000]) {
    world.now = now;
    await world.watch.look([thread(0, now)], [step(41_000)]);
  }
  expect(world.told()).toEqual([[2, 'awaiting']]);
  expect(world.saved[0]).toMatchObject({ try: 3, thread: null, data: { ageMs: 60_000, step: 'model call' } });
  world.now = 170_000;
  await world.watch.look([thread(0, world.now)], [step(103_000)]);
  expect(world.told()).toHaveLength(2);
});
