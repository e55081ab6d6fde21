/** What tells, at one look, whether this machine has too little for what runs on it. */
export interface LookSigns {
  /** By how much the look came late, ms. */
  readonly lateMs: number;
  /** What the worker threads had of the CPUs since the look before. */
  readonly ranMs: number;
  /** How long they could have run, and others did; of all threads together. */
  readonly waitedMs: number;
}

/** What the system tells of itself. */
export interface MachineSigns {
  /** How long processes waited for it, share of the last 10 s, 0..1; absent where the system does not tell. */
  readonly pressure?: { readonly cpu: number; readonly memory: number; readonly io: number };
  /** Processes that run or want to, on average over a minute. */
  readonly load: number;
  readonly cores: number;
}

/** Looks that are judged together. */
export const LOOKS_KEPT = 10;
const LATE_MS = 250;
const MANY_LATE = 3;
const VERY_LATE_MS = 2000;
/** All of the last looks came within this: it is over. */
const IN_TIME_MS = 100;
/** Shares of the time in which threads want a CPU that they wait for it: it begins, and it is over. */
const WAITS = { begins: 0.75, ends: 0.5 } as const;
/** Less waiting, in all of the looks, is no news. */
const LEAST_WAITED_MS = 2000;
const PRESSED = { cpu: 0.25, memory: 0.1, io: 0.25 } as const;

/** Whether the looks give reason to ask the system. */
export function seemsStarved(looks: readonly LookSigns[]): boolean {
  return isLate(looks) || waitShare(looks) >= WAITS.begins;
}

/** Whether everything goes as it should again. Between this and `seemsStarved` what was found before holds. */
export function isFed(looks: readonly LookSigns[]): boolean {
  const isInTime = looks.every(({ lateMs }) => lateMs < IN_TIME_MS);
  return looks.length >= LOOKS_KEPT && isInTime && waitShare(looks) < WAITS.ends;
}

/**
 * Why an executor is late, what the machine is short of, one reason a line. None when it is short of nothing: then
 * it is late for a reason of its own.
 *
 * @see https://docs.kernel.org/accounting/psi.html
 */
export function starvationReasons(looks: readonly LookSigns[], machine: MachineSigns): readonly string[] {
  const { pressure, load, cores } = machine;
  const share = waitShare(looks);
  const short = [
    ...(share < WAITS.begins
      ? []
      : [`worker threads wait ${percent(share)} of the time in which they could run`]),
    ...(['cpu', 'memory', 'io'] as const).flatMap((what) =>
      pressure === undefined || pressure[what] < PRESSED[what]
        ? []
        : [`processes wait for ${what} ${percent(pressure[what])} of the time`],
    ),
    ...(load > cores ? [`load ${load.toFixed(1)} on ${cores} ${cores === 1 ? 'core' : 'cores'}`] : []),
  ];
  if (short.length === 0 || !isLate(looks)) return short;
  const latestMs = Math.max(...looks.map(({ lateMs }) => lateMs));
  return [`the executor's own timers come up to ${(latestMs / 1000).toFixed(1)} s late`, ...short];
}

function isLate(looks: readonly LookSigns[]): boolean {
  const late = looks.filter(({ lateMs }) => lateMs >= LATE_MS);
  return late.length >= MANY_LATE || looks.some(({ lateMs }) => lateMs >= VERY_LATE_MS);
}

function waitShare(looks: readonly LookSigns[]): number {
  const ranMs = looks.reduce((sum, look) => sum + look.ranMs, 0);
  const waitedMs = looks.reduce((sum, look) => sum + look.waitedMs, 0);
  return waitedMs < LEAST_WAITED_MS ? 0 : waitedMs / (ranMs + waitedMs);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
