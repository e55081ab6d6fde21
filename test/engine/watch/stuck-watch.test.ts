import { describe, expect, it } from 'vitest';
import type { ThreadStack } from '../../../src/core/inspection.ts';
import type { StepRow } from '../../../src/store/task-store.ts';
import { LOOK_MS, stackIn, THREAD, World } from './stuck-world.ts';

describe('a thread in a loop', () => {
  it('is told within 3.5 s of its beginning, for the task whose code it is, with reasons and stack', async () => {
    const world = new World();
    await world.pass(3000);
    world.stand();
    await world.pass(3500);
    expect(world.told).toEqual(['1 cpu-bound']);
    expect(world.saved[0]).toMatchObject({ try: 2, thread: THREAD, executorId: 'one' });
    const { stack, yours, reasons, facts, tasksOfThread } = world.saved[0]?.data ?? {};
    expect((stack as string[])[1]).toBe('loop (spin.eval.ts:3:5)');
    expect(yours).toEqual([1]);
    expect(reasons).toContain('in 1.0 s it has not gone on from loop (spin.eval.ts:3:5)');
    expect(reasons).toContain('1 other task of its thread cannot go on');
    expect(facts).toMatchObject({ state: 'R' });
    expect(tasksOfThread).toBe(2);
  });

  it('is told with the step that its code was seen in, whatever was told of its steps before', async () => {
    const world = new World();
    world.steps = [1, 2].map((taskId) => ({ taskId, try: 2, name: 'evaluate', startedAt: world.now }));
    const steps = ['solve', 'in a timer'].map((name) => ({ name, startedAt: world.now }));
    world.stacks = [{ ...stackIn(3), steps }];
    world.stand();
    await world.pass(3500);
    expect(world.saved[0]?.data['step']).toBe('solve > in a timer');
  });

  it('is told within 1 s with --stuck-after 1s', async () => {
    const world = new World(1000);
    await world.pass(1000, 100);
    world.stand();
    await world.pass(900, 100);
    expect(world.told).toEqual(['1 cpu-bound']);
  });

  it('is told once, for as long as it stands, and its stack is asked for no more', async () => {
    const world = new World();
    world.stand();
    await world.pass(60_000);
    expect(world.told).toEqual(['1 cpu-bound']);
    expect(world.asked).toBe(3);
  });

  it('is one of all tasks of its thread where that cannot be seen', async () => {
    const world = new World();
    world.stacks = [{ state: 'native', frames: [] }];
    world.stand();
    await world.pass(5000);
    expect(world.told).toEqual(['1 native', '2 native']);
    expect(world.saved[0]?.data['reasons']).toContain(
      'it is one of the 2 tasks of its thread; which cannot be seen',
    );
  });

  it('in native code is the task whose code the thread said that it runs', async () => {
    const world = new World();
    world.stacks = [{ state: 'native', frames: [], taskId: 2 }];
    world.stand();
    await world.pass(5000);
    expect(world.told).toEqual(['2 native']);
    const { reasons } = world.saved[0]?.data ?? {};
    expect(reasons).toContain('its code was the last to run in the thread');
    expect(reasons).toContain('1 other task of its thread cannot go on');
  });

  it('that came out of native code and goes on is told anew for the task that it is, and for no other', async () => {
    const world = new World();
    world.stacks = [...Array<ThreadStack>(3).fill({ state: 'native', frames: [] }), stackIn(3)];
    world.stand();
    await world.pass(5000);
    await world.pass(15_000);
    expect(world.told).toEqual(['1 native', '2 native', '2 recovered', '1 cpu-bound']);
  });

  it('of microtasks is told with the code that was seen between two of them', async () => {
    const world = new World();
    world.stacks = [stackIn(3), { state: 'idle', frames: [] }];
    world.stand();
    await world.pass(5000);
    expect(world.told).toEqual(['1 cpu-bound']);
    expect(world.saved[0]?.data['reasons']).toContain(
      'in 1.0 s it ran one microtask after the other, last seen in loop (spin.eval.ts:3:5)',
    );
  });

  it('is blocked when it sleeps', async () => {
    const world = new World();
    world.ranShare = 0;
    world.stand();
    await world.pass(5000);
    expect(world.told).toEqual(['1 blocked']);
  });
});

describe('a thread that is slow and moves', () => {
  it('is not stuck while it goes from place to place', async () => {
    const world = new World();
    world.stacks = Array.from({ length: 60 }, (_, line) => stackIn(line));
    world.stand();
    await world.pass(50_000);
    expect(world.told).toEqual([]);
  });

  it('is stuck when it comes back to where it was', async () => {
    const world = new World();
    world.stacks = [3, 9, 5, 7, 9, 3].map((line) => stackIn(line));
    world.stand();
    await world.pass(6000);
    expect(world.told).toEqual(['1 cpu-bound']);
  });

  it('is not stuck when the same place is of another task', async () => {
    const world = new World();
    world.taskIds = Array.from({ length: 60 }, (_, index) => index);
    world.stacks = world.taskIds.map((taskId) => stackIn(3, taskId));
    world.stand();
    await world.pass(50_000);
    expect(world.told).toEqual([]);
  });

  it('is not stuck when it went back to its loop while it was looked at', async () => {
    const world = new World();
    world.stacks = [stackIn(3), { state: 'idle', frames: [] }, stackIn(3)];
    world.stand();
    for (let round = 0; round < 5; round += 1) {
      await world.pass(2000);
      world.heardAt = world.now;
    }
    expect(world.asked).toBeGreaterThan(3);
    expect(world.told).toEqual([]);
  });

  it('is not stuck while others have the CPU, and is when it had enough of it', async () => {
    const world = new World();
    world.ranShare = 0.02;
    world.waitedShare = 0.97;
    world.stand();
    await world.pass(10_000);
    expect(world.told).toEqual(['all starved']);
    await world.pass(40_000);
    expect(world.told).toEqual(['all starved', '1 cpu-bound']);
  });
});

describe('what was found', () => {
  async function standing(): Promise<World> {
    const world = new World();
    world.stand();
    await world.pass(5000);
    return world;
  }

  it('stands through a short turn of the loop', async () => {
    const world = await standing();
    for (let round = 0; round < 6; round += 1) {
      world.turn();
      await world.pass(1000);
      world.stand();
      await world.pass(5000);
    }
    expect(world.told).toEqual(['1 cpu-bound']);
  });

  it('is over when something has happened in the task', async () => {
    const world = await standing();
    world.turn();
    world.steps = [{ taskId: 1, try: 2, name: 'score', startedAt: 1, progressAt: world.now + 200 }];
    await world.pass(1000);
    expect(world.told).toEqual(['1 cpu-bound', '1 recovered']);
  });

  it('is over when the thread has turned freely for seconds', async () => {
    const world = await standing();
    world.turn();
    await world.pass(4500);
    expect(world.told).toEqual(['1 cpu-bound']);
    await world.pass(1000);
    expect(world.told).toEqual(['1 cpu-bound', '1 recovered']);
  });

  it('is not told again at once of a task that recovers again and again', async () => {
    const world = new World();
    // Each round of 5 s is a verdict on its own, if it were not for the rounds before.
    for (let round = 0; round < 20; round += 1) {
      world.stand();
      await world.pass(5000);
      world.turn();
      world.steps = [{ taskId: 1, try: 2, name: 'part', startedAt: world.now, progressAt: world.now + 1 }];
      await world.pass(1000);
    }
    expect(world.told).toEqual(['1 cpu-bound', '1 recovered', '1 cpu-bound', '1 recovered']);
  });

  it('is not taken back when the task has ended, and does not hide the next one', async () => {
    const world = await standing();
    world.taskIds = [2];
    world.heardAt = world.now;
    world.stacks = [stackIn(9, 2)];
    await world.pass(5000);
    expect(world.told).toEqual(['1 cpu-bound', '2 cpu-bound']);
  });
});

describe('a step in which nothing happens', () => {
  const step = (world: World, progressAt = world.now): StepRow => ({
    taskId: 2,
    try: 3,
    name: 'solve > model call (m, try 1)',
    startedAt: progressAt - 1000,
    progressAt,
  });

  it('is told once when it is older than --stuck-after, and taken back when something happens', async () => {
    const world = new World(10_000);
    world.steps = [step(world)];
    await world.pass(9500);
    expect(world.told).toEqual([]);
    await world.pass(5000);
    expect(world.told).toEqual(['2 awaiting']);
    expect(world.saved[0]).toMatchObject({ try: 3, thread: null, data: { idleMs: 10_000, ageMs: 11_000 } });
    world.steps = [step(world)];
    await world.pass(1000);
    expect(world.told).toEqual(['2 awaiting', '2 recovered']);
  });

  it('is told earlier when steps of its kind are far quicker, but not on a starved machine', async () => {
    for (const isStarved of [false, true]) {
      const world = new World();
      if (isStarved) {
        world.pressure = 0.9;
        await world.pass(10_000, 900);
        expect(world.told).toEqual(['all starved']);
      }
      world.watch.learn([{ name: 'model call (m, try 1)', times: Array<number>(60).fill(1500) }]);
      world.steps = [step(world)];
      const lookMs = isStarved ? 900 : LOOK_MS;
      await world.pass(16_000, lookMs);
      expect(world.told).toEqual(isStarved ? ['all starved'] : ['2 awaiting']);
    }
  });

  it('is not told of while its thread stands: that is what is stuck', async () => {
    const world = new World(10_000);
    world.steps = [step(world)];
    world.stand();
    await world.pass(30_000);
    expect(world.told).toEqual(['1 cpu-bound']);
  });
});

describe('a machine', () => {
  it('is told to be starved once, and that it is over, and explains time-outs meanwhile', async () => {
    const world = new World();
    world.pressure = 0.9;
    await world.watch.timedOut(1);
    await world.pass(20_000, 900);
    await world.watch.timedOut(2);
    expect(world.told).toEqual(['all starved', '2 starved']);
    await world.pass(6000);
    expect(world.told).toEqual(['all starved', '2 starved', 'all recovered']);
  });

  it('that slept makes nothing look stuck', async () => {
    const world = new World(10_000);
    world.steps = [{ taskId: 2, try: 3, name: 'model call', startedAt: world.now }];
    world.stand();
    await world.pass(1000);
    world.now += 3_600_000;
    await world.watch.look();
    world.turn();
    await world.pass(8000);
    expect(world.told).toEqual([]);
  });
});

it('tells once of an executor whose supervisor is gone', async () => {
  const world = new World();
  world.isOrphaned = true;
  await world.pass(3000);
  expect(world.told).toEqual(['all orphaned']);
});
