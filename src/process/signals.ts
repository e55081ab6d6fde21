import { setTimeout as sleep } from 'node:timers/promises';
import { EvaltuiError } from '../core/errors.ts';
import type { ProcessIdentity } from '../core/process-identity.ts';
import { lacksEnvironment } from './environment.ts';
import { hasToken } from './executor-token.ts';
import { isOfThisMachine } from './identity.ts';
import { groupMembers, readProcess } from './process-table.ts';
import { findStrays, isThere, type Family, type Stray } from './strays.ts';
import { startSweeper } from './sweeper.ts';

/**
 * How ending a process group went.
 *
 * - `terminated` SIGTERM sufficed · `killed` it took SIGKILL
 * - `gone` nothing of it was there any more: nothing was signalled
 * - `refused` it is ourselves, lacks the token, or belongs to another user: nothing was signalled
 * - `survived` SIGKILL was sent and something is still there (a process in an uninterruptible system call)
 */
export type EndResult = 'terminated' | 'killed' | 'gone' | 'refused' | 'survived';

const LOOK_EVERY_MS = 10;
const KILL_TAKES_AT_MOST_MS = 2000;
/** An ending process gives its memory back before it is a zombie; a large one takes its time. */
const ENDING_TAKES_AT_MOST_MS = 1000;
/** What starts others as fast as it is killed is not chased for ever. */
const MAX_ROUNDS = 5;

/**
 * Ends a process with all that it started: SIGTERM, `graceMs` for it to end, SIGKILL. Signalled are its group and
 * those that left the group: see `findStrays`. Before every signal the identity is checked anew, so a reused pid
 * is never signalled; this process and its own group never are. Between check and signal some µs remain: Node has
 * no pidfd.
 *
 * A group whose leader is dead already is ended too when it can be proven to be the same one: its members
 * carry the token. Without a token, or on macOS, it counts as `gone`.
 *
 * Throws `io` when the system does not tell which processes there are.
 */
export async function endProcessGroup(
  identity: ProcessIdentity,
  options: {
    /** Time between SIGTERM and SIGKILL. */
    readonly graceMs: number;
    /** What the process was given as `TOKEN_VARIABLE`. */
    readonly token?: string;
  },
): Promise<EndResult> {
  const family = new SignalledFamily(identity, options.token);
  const asked = await signalWhenKnown(family, 'SIGTERM');
  if (asked !== 'sent') return asked;
  let result: EndResult = (await isGoneWithin(family, options.graceMs)) ? 'terminated' : 'survived';
  // Once more also when all are gone: what one of them started last was not known yet.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const killed = await signalWhenKnown(family, 'SIGKILL');
    if (killed === 'refused') return killed;
    if (killed === 'gone') return result === 'survived' ? 'terminated' : result;
    result = (await isGoneWithin(family, KILL_TAKES_AT_MOST_MS)) ? 'killed' : 'survived';
  }
  return result;
}

/**
 * Sends SIGKILL to a process and all that it started at once, under the same checks as `endProcessGroup`.
 *
 * @returns whether it was sent to anything; it does not wait for the end
 */
export function killProcessGroup(identity: ProcessIdentity, token?: string): boolean {
  return new SignalledFamily(identity, token).signal('SIGKILL') === 'sent';
}

/**
 * Ends this process, which must lead its group, with all that it started: those that left the group first, and what
 * is started meanwhile by a sweeper that outlives it for a moment.
 *
 * @param token what this process was started with
 */
export function killOwnGroup(token: string | undefined): void {
  try {
    const mine = { group: process.pid, leader: process.pid, ...(token === undefined ? {} : { token }) };
    // The second look finds what the first ones had just started, also where no sweeper can be.
    for (let round = 0; round < 2; round += 1) killStrays(mine);
    // After the strays: it leaves the group as they did.
    if (token !== undefined && token !== '') startSweeper(token);
  } finally {
    process.kill(-process.pid, 'SIGKILL');
  }
}

/**
 * Sends SIGKILL to what left a process group: see `findStrays`.
 *
 * @returns how many were found
 */
export function killStrays(family: Family): number {
  const strays = findStrays(family);
  for (const stray of strays) if (isThere(stray)) send(stray.pid, 'SIGKILL');
  return strays.length;
}

/** One of which it cannot be seen whose it is, is looked at again: it is ending, or it is nobody's we know. */
async function signalWhenKnown(
  family: SignalledFamily,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<'sent' | 'gone' | 'refused'> {
  const end = performance.now() + ENDING_TAKES_AT_MOST_MS;
  for (;;) {
    const asked = family.signal(signal);
    if (asked !== 'unknown') return asked;
    if (performance.now() > end) return 'refused';
    await sleep(LOOK_EVERY_MS);
  }
}

async function isGoneWithin(family: SignalledFamily, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (!family.isGone) {
    const left = end - performance.now();
    if (left <= 0) return false;
    await sleep(Math.min(LOOK_EVERY_MS, left));
  }
  return true;
}

type Found =
  /** `unknown`: nothing shows whose it is, as of a process that is ending. */
  | { readonly kind: 'gone' | 'refused' | 'unknown' }
  /** `target` is negative for a whole group. */
  | { readonly kind: 'ours'; readonly target: number; readonly hasLeader: boolean };

class SignalledFamily {
  readonly #identity: ProcessIdentity;
  readonly #token: string | undefined;
  /** Once the leader was seen, what is left of its group is known to be ours: its id stays taken. */
  #isProven = false;
  /** Those that left the group. They stay known when what they descend from is gone. */
  readonly #strays = new Map<number, Stray>();

  constructor(identity: ProcessIdentity, token: string | undefined) {
    this.#identity = identity;
    this.#token = token;
  }

  /** Whether all that were found are gone. It does not look for others. */
  get isGone(): boolean {
    return this.#find().kind === 'gone' && ![...this.#strays.values()].some(isThere);
  }

  /** Looks for all that belong to it and signals them; nothing when it is not known whose the leader is. */
  signal(signal: 'SIGTERM' | 'SIGKILL'): 'sent' | 'gone' | 'refused' | 'unknown' {
    const found = this.#find();
    if (found.kind === 'refused' || found.kind === 'unknown') return found.kind;
    this.#findStrays(found.kind === 'ours' && found.hasLeader);
    const asked = found.kind === 'ours' ? send(found.target, signal) : 'gone';
    if (asked === 'refused') return asked;
    const others = [...this.#strays.values()].map((stray) =>
      isThere(stray) ? send(stray.pid, signal) : 'gone',
    );
    return [asked, ...others].includes('sent') ? 'sent' : 'gone';
  }

  #findStrays(hasLeader: boolean): void {
    if (!isOfThisMachine(this.#identity)) return;
    const { pid } = this.#identity;
    const token = this.#token;
    if (!hasLeader && token === undefined) return;
    const family = {
      group: pid,
      ...(hasLeader ? { leader: pid } : {}),
      ...(token === undefined ? {} : { token }),
    };
    for (const stray of findStrays(family)) this.#strays.set(stray.pid, stray);
  }

  #find(): Found {
    const { pid, startTime } = this.#identity;
    if (!isOfThisMachine(this.#identity)) return { kind: 'gone' };
    const leader = readProcess(pid);
    // The system gives a pid to nobody else while a group of that id has members: ours is empty.
    if (leader !== undefined && leader.startTime !== startTime) return { kind: 'gone' };
    if (leader === undefined || leader.isZombie) return this.#findRest(leader !== undefined);
    if (pid === process.pid || pid === readProcess(process.pid)?.group) return { kind: 'refused' };
    if (this.#token !== undefined && hasToken(pid, this.#token) === false) {
      const isUnseen = lacksEnvironment(pid);
      // Seen before, it is the same one: its start time is.
      if (!isUnseen || !this.#isProven) return { kind: isUnseen ? 'unknown' : 'refused' };
    }
    this.#isProven = true;
    return { kind: 'ours', target: leader.group === pid ? -pid : pid, hasLeader: true };
  }

  #findRest(isLeaderZombie: boolean): Found {
    const { pid } = this.#identity;
    const members = groupMembers(pid);
    if (members.length === 0) return { kind: 'gone' };
    if (members.includes(process.pid)) return { kind: 'refused' };
    const token = this.#token;
    const isOurs =
      this.#isProven ||
      isLeaderZombie ||
      (token !== undefined && members.some((member) => hasToken(member, token) === true));
    return isOurs ? { kind: 'ours', target: -pid, hasLeader: false } : { kind: 'gone' };
  }
}

function send(target: number, signal: NodeJS.Signals): 'sent' | 'gone' | 'refused' {
  try {
    process.kill(target, signal);
    return 'sent';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'refused';
    throw new EvaltuiError('io', `Process ${Math.abs(target)} cannot be signalled (${code}).`, { cause });
  }
}
