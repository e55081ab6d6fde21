import { EvaltuiError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { askExecutor } from '../../inspect/ask-executor.ts';
import type { InspectionTarget } from '../../inspect/find-target.ts';
import { listLiveExecutors } from '../../inspect/live-executors.ts';
import { lookAtStacks } from '../../inspect/look-at-stacks.ts';
import type { AwaitsSight, Look, Looked, ProfileSight, StackSight } from '../../monitor/state/live-look.ts';
import type { TaskStore } from '../../store/task-store.ts';
import { profilesFolder } from '../places.ts';
import { busiestFirst, isIdle, profilePaths } from '../render/profile-text.ts';
import { writeProfile } from '../write-profile.ts';

/** Functions of a thread that are told; the file has all. */
const TOP = 15;
/** Beyond the time of the profile itself: to attach, and to bring a large profile over. */
const ANSWERS_WITHIN_MS = 20_000;
const AWAITS_WITHIN_MS = 120_000;

/** What the threads of a live executor are doing now. What goes wrong is a part of the answer. */
export function sampleStacks(store: TaskStore, look: Look): Promise<Looked<StackSight>> {
  return looked(async () => {
    const target = await targetOf(store, look);
    const { threads, notes, facts } = await lookAtStacks(target, { ...threadOf(look), locals: false });
    return { threads, notes: notes.map(printable), process: facts ?? null };
  });
}

/** Where the threads of a live executor spend the next seconds; the whole of it is written for profile viewers. */
export function profileExecutor(
  store: TaskStore,
  look: Look,
  seconds: number,
): Promise<Looked<ProfileSight>> {
  return looked(async () => {
    const target = await targetOf(store, look);
    const { pid } = target.executor;
    const durationMs = seconds * 1000;
    const asked = { op: 'profile', durationMs, ...threadOf(look) } as const;
    const profiles = await askExecutor(target, asked, { withinMs: durationMs + ANSWERS_WITHIN_MS });
    if (profiles.length === 0) {
      throw new EvaltuiError('inspection-failed', `No thread of executor ${pid} could be profiled.`);
    }
    const busiest = busiestFirst(profiles);
    const place = { pid, folder: profilesFolder(), at: new Date(), given: undefined };
    const paths = profilePaths(busiest, place);
    const threads = busiest.map((profile, index) => {
      const { threadId, name, samples, functions } = profile;
      const path = paths[index] ?? '';
      writeProfile(path, profile, 'Make room there, or run evaltui in another folder.');
      const top = functions.filter((each) => !isIdle(each)).slice(0, TOP);
      return { threadId, name: printable(name), samples, functions: top, path };
    });
    return { seconds, threads };
  });
}

/** The awaits that async functions of the user stand in. Each thread stands still for its time. */
export function findAwaits(store: TaskStore, look: Look): Promise<Looked<AwaitsSight>> {
  return looked(async () => {
    const target = await targetOf(store, look);
    const { groups } = await askExecutor(
      target,
      { op: 'suspended', ...threadOf(look) },
      { withinMs: AWAITS_WITHIN_MS },
    );
    const own = groups.filter(({ frames }) => frames.some(({ isYours }) => isYours));
    return { groups: own.toSorted((a, b) => b.count - a.count).slice(0, TOP) };
  });
}

/** The executor that was meant, by its own id: another process with its pid is never looked at. */
async function targetOf(
  store: TaskStore,
  { executorId }: Look,
): Promise<InspectionTarget & { readonly token: string }> {
  const live = await listLiveExecutors(store);
  const target = live.find(({ executor }) => executor.executorId === executorId);
  if (target === undefined) throw new EvaltuiError('executor-not-found', 'Its executor has ended.');
  const { executor } = target;
  if (executor.socketPath === null && executor.pid === process.pid) {
    const why =
      'With --in-process the threads are of this very process, which cannot stop to look at itself.';
    throw new EvaltuiError('inspection-failed', why);
  }
  return { ...target, token: (await store.readToken(executorId)) ?? '' };
}

function threadOf({ thread }: Look): { readonly threadId?: number } {
  return thread === undefined ? {} : { threadId: thread };
}

/** The screen goes on, and says what was in the way. */
async function looked<Sight>(look: () => Promise<Sight>): Promise<Looked<Sight>> {
  try {
    const sight = await look();
    return { kind: 'seen', at: Date.now(), sight };
  } catch (error) {
    if (!(error instanceof EvaltuiError)) throw error;
    return { kind: 'failed', at: Date.now(), why: printable(error.message) };
  }
}
