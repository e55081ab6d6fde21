import { expect } from 'vitest';
import type { ThreadStack } from '../../../src/core/inspection.ts';
import { StuckWatch } from '../../../src/engine/watch/stuck-watch.ts';
import type { NewEvidence, StepRow } from '../../../src/store/task-store.ts';

export const LOOK_MS = 500;
export const THREAD = 5;

/** User's code in a line, which has called something of Node's. */
export function stackIn(line: number, taskId: number | undefined = 1): ThreadStack {
  const own = { isAwaiting: false, isYours: true };
  const frames = [
    { ...own, functionName: 'now', file: 'node:perf', line: 8, column: 1, isYours: false },
    { ...own, functionName: 'loop', file: 'spin.eval.ts', line, column: 5 },
    { ...own, functionName: 'run', file: 'node_modules/x.js', line: 1, column: 1, isYours: false },
  ];
  return { state: 'in-js', frames, ...(taskId === undefined ? {} : { taskId }) };
}

/** An executor with one thread that runs tasks 1 and 2, as its watch sees it; time goes by in looks. */
export class World {
  now = 100_000;
  loop = 0.1;
  isSilent = false;
  heardAt = this.now;
  taskIds = [1, 2];
  steps: StepRow[] = [];
  /** The stack at each question; the last one stays. */
  stacks: ThreadStack[] = [stackIn(3)];
  asked = 0;
  /** CPU time that the thread gets of each second, and what it waits for. */
  ranShare = 1;
  waitedShare = 0;
  isOrphaned = false;
  pressure = 0;
  readonly saved: NewEvidence[] = [];
  readonly watch: StuckWatch;
  readonly #begunAt = this.now;

  constructor(stuckAfterMs = 60_000) {
    this.watch = new StuckWatch({
      runId: 'run',
      executorId: 'one',
      stuckAfterMs,
      now: () => this.now,
      workers: () => [
        { thread: THREAD, systemId: 77, loop: this.loop, heardAt: this.heardAt, taskIds: this.taskIds },
      ],
      steps: () => this.steps,
      stackOf: () => Promise.resolve(this.#nextStack()),
      factsOf: () => {
        const ms = this.now - this.#begunAt;
        return { state: 'R', ranMs: ms * this.ranShare, waitedMs: ms * this.waitedShare };
      },
      load: () => ({ load: 1, cores: 2, pressure: { cpu: this.pressure, memory: 0, io: 0 } }),
      isOrphaned: () => this.isOrphaned,
      tryOf: (taskId) => taskId + 1,
      save: async (evidence) => void this.saved.push(evidence),
      onFailed: (error) => expect.unreachable(String(error)),
    });
  }

  #nextStack(): ThreadStack {
    this.asked += 1;
    const [stack = stackIn(0)] = this.stacks;
    if (this.stacks.length > 1) this.stacks.shift();
    return stack;
  }

  /** The thread's loop stands from now on. */
  stand(): void {
    this.loop = 1;
    this.isSilent = true;
  }

  /** It turns from now on. */
  turn(): void {
    this.loop = 0.2;
    this.isSilent = false;
  }

  async pass(ms: number, lookMs = LOOK_MS): Promise<void> {
    for (let passed = 0; passed < ms; passed += lookMs) {
      this.now += lookMs;
      if (!this.isSilent) this.heardAt = this.now;
      await this.watch.look();
    }
  }

  get told(): readonly string[] {
    return this.saved.map(({ taskId, verdict }) => `${taskId ?? 'all'} ${verdict}`);
  }
}
