/** What tells whether this machine has too little for what runs on it. */
export interface MachineSigns {
  /** By how much each of the last looks came late, oldest first, ms. */
  readonly lateMs: readonly number[];
  /** How long processes waited for it, share of the last 10 s, 0..1; absent where the system does not tell. */
  readonly pressure?: { readonly cpu: number; readonly memory: number; readonly io: number };
  /** Processes that run or want to, on average over a minute. */
  readonly load: number;
  readonly cores: number;
}

/** Looks that are judged together. */
export const LATE_LOOKS_KEPT = 10;
const LATE_MS = 250;
const MANY = 3;
const VERY_LATE_MS = 2000;
/** All of the last looks came within this: it is over. */
const IN_TIME_MS = 100;
const PRESSED = { cpu: 0.25, memory: 0.1, io: 0.25 } as const;

/** Whether looks come late enough for the machine to be looked at. */
export function isLate(lateMs: readonly number[]): boolean {
  return lateMs.filter((ms) => ms >= LATE_MS).length >= MANY || lateMs.some((ms) => ms >= VERY_LATE_MS);
}

/** Whether everything came in time again. Between this and `isLate` what was found before holds. */
export function isInTime(lateMs: readonly number[]): boolean {
  return lateMs.length >= LATE_LOOKS_KEPT && lateMs.every((ms) => ms < IN_TIME_MS);
}

/**
 * Why a process that does little itself is late: what the machine is short of, one reason a line. None when it is
 * short of nothing: then the process is late for a reason of its own.
 *
 * @see https://docs.kernel.org/accounting/psi.html
 */
export function starvationReasons({ lateMs, pressure, load, cores }: MachineSigns): readonly string[] {
  const short = [
    ...(pressure === undefined
      ? []
      : (['cpu', 'memory', 'io'] as const).flatMap((what) =>
          pressure[what] < PRESSED[what]
            ? []
            : [`processes wait for ${what} ${Math.round(pressure[what] * 100)} % of the time`],
        )),
    ...(load > cores ? [`load ${load.toFixed(1)} on ${cores} ${cores === 1 ? 'core' : 'cores'}`] : []),
  ];
  if (short.length === 0) return [];
  return [`the executor's own timers come up to ${(Math.max(...lateMs) / 1000).toFixed(1)} s late`, ...short];
}
