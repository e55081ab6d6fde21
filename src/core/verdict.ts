/** Why something is held to be stuck. */
export type Verdict = (typeof VERDICTS)[number];

/**
 * `cpu-bound`: its thread is busy in synchronous JavaScript. `blocked`: its thread waits in a synchronous call.
 * `native`: its thread is in native code, where no stack can be had. `awaiting`: its thread turns, but nothing has
 * happened in the try for longer than is usual. `lost`: its executor lives and does not answer. `orphaned`: its
 * executor goes on without a supervisor.
 */
export const VERDICTS = ['cpu-bound', 'blocked', 'native', 'awaiting', 'lost', 'orphaned'] as const;

/**
 * What evidence says: a verdict, `recovered`, which takes the one before back, or `starved`, which is said of the
 * machine and explains why others are late.
 */
export type Finding = Verdict | 'recovered' | 'starved';

/** How closely workers are watched. All in ms. */
export interface WatchPace {
  /** Between two looks at the workers, and between two signs of life that a busy worker gives. */
  readonly lookEveryMs: number;
  /** A worker with tasks in flight that gave no sign for so long is looked at closely. */
  readonly silentMs: number;
  /** Of two stacks that are compared, in time on a CPU. */
  readonly stacksApartMs: number;
  /** A thread that turns for so long again has recovered, whatever its tasks do. */
  readonly freeMs: number;
}

const FULL_PACE: WatchPace = Object.freeze({
  lookEveryMs: 500,
  silentMs: 1500,
  stacksApartMs: 1000,
  freeMs: 5000,
});
/** With `--stuck-after` below it everything is watched more closely, in proportion, down to a fifth. */
const FULL_PACE_FROM_MS = 5000;
const CLOSEST = 0.2;

/** A loop is noticed within 3.5 s of its beginning, and within 1 s with `--stuck-after 1s`; load comes on top. */
export function watchPace(stuckAfterMs: number): WatchPace {
  const scale = Math.min(1, Math.max(CLOSEST, stuckAfterMs / FULL_PACE_FROM_MS));
  return {
    lookEveryMs: FULL_PACE.lookEveryMs * scale,
    silentMs: FULL_PACE.silentMs * scale,
    stacksApartMs: FULL_PACE.stacksApartMs * scale,
    freeMs: FULL_PACE.freeMs * scale,
  };
}

/** What can be known of a worker thread from outside, without its help. */
export interface ThreadSigns {
  /** Share of time that its event loop was busy, over the last looks, oldest first, each 0..1. */
  readonly loopUse: readonly number[];
  /** Since it last sent anything, ms. */
  readonly silentMs: number;
  /** How long a healthy one may be silent, ms. */
  readonly allowedMs: number;
}

/** A busy but healthy loop comes close to 1 on a loaded machine, but it still sends. */
const BUSY = 0.98;

/**
 * Whether a worker's event loop stands still: busy without a break over two looks and silent for longer than
 * load explains. Both are asked for, so a slow worker that still turns is not stuck.
 */
export function loopStands({ loopUse, silentMs, allowedMs }: ThreadSigns): boolean {
  const last = loopUse.slice(-2);
  return last.length === 2 && last.every((use) => use >= BUSY) && silentMs >= allowedMs;
}

/** What a thread got of the CPU between two looks at it. */
export interface CpuBetween {
  readonly wallMs: number;
  readonly ranMs: number;
  /** It could have run, and others had the CPU. */
  readonly waitedMs: number;
  /** Of all this, while a debugger was looking at it, which wakes a thread that sleeps. */
  readonly looked: { readonly wallMs: number; readonly cpuMs: number };
}

/** Less than this share of the time on the CPU or in its queue: the thread sleeps. */
const ASLEEP = 0.05;
/** Of the time that stacks are apart, what a thread must have had of a CPU for them to mean anything. */
const ENOUGH_CPU = 0.4;

/**
 * The verdict on a thread that was seen twice, and had not gone on, while its event loop stood.
 *
 * @param between undefined: the system does not tell
 * @returns undefined when it had too little of the CPU in between to have moved on
 */
export function verdictOfStanding(
  state: 'in-js' | 'native',
  between: CpuBetween | undefined,
  stacksApartMs: number,
): 'cpu-bound' | 'blocked' | 'native' | undefined {
  const isAsleep = between !== undefined && cpuBeside(between) < ASLEEP;
  if (isAsleep) return state === 'native' ? 'native' : 'blocked';
  if (between !== undefined && between.ranMs < stacksApartMs * ENOUGH_CPU) return undefined;
  return state === 'native' ? 'native' : 'cpu-bound';
}

/** Share of the time between the looks in which it ran, or wanted to. */
function cpuBeside({ wallMs, ranMs, waitedMs, looked }: CpuBetween): number {
  return (ranMs + waitedMs - looked.cpuMs) / Math.max(1, wallMs - looked.wallMs);
}

/** An executor whose heartbeat, one a second, is late by more than this is held to be lost, ms. */
export const LOST_AFTER_MS = 5000;
