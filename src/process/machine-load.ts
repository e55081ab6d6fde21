import { availableParallelism, loadavg } from 'node:os';
import { readProcFile } from './process-table.ts';

/** How much is asked of this machine. */
export interface MachineLoad {
  /** Processes that run or want to, on average over a minute. */
  readonly load: number;
  readonly cores: number;
  /** How long processes waited for it, share of the last 10 s, 0..1; absent where the system does not tell. */
  readonly pressure?: { readonly cpu: number; readonly memory: number; readonly io: number };
}

/** @see https://docs.kernel.org/accounting/psi.html */
export function machineLoad(): MachineLoad {
  const [cpu, memory, io] = (['cpu', 'memory', 'io'] as const).map(pressureOf);
  const isTold = cpu !== undefined && memory !== undefined && io !== undefined;
  return {
    load: loadavg()[0] ?? 0,
    cores: availableParallelism(),
    ...(isTold ? { pressure: { cpu, memory, io } } : {}),
  };
}

function pressureOf(what: string): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const percent = readPressure(what)?.match(/^some avg10=([\d.]+)/m)?.[1];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** A kernel that counts it only when it was booted to answers with an error of its own. */
function readPressure(what: string): string | undefined {
  try {
    return readProcFile(`/proc/pressure/${what}`);
  } catch {
    return undefined;
  }
}
