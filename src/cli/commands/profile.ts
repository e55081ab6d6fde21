import { EvaltuiError } from '../../core/errors.ts';
import { askExecutor } from '../../inspect/ask-executor.ts';
import { EXIT } from '../exit-codes.ts';
import { findNamedTarget } from '../find-named-target.ts';
import { openExistingStore } from '../open-existing-store.ts';
import { dbPathOf, profilesFolder } from '../places.ts';
import { outputWidth, printLines, printNote } from '../print.ts';
import { readThread } from '../read-thread.ts';
import { executorHeading } from '../render/executor-heading.ts';
import { busiestFirst, profilePaths, renderProfile } from '../render/profile-text.ts';
import { writeProfile } from '../write-profile.ts';

export interface ProfileOptions {
  readonly seconds: string;
  readonly run?: string;
  readonly thread?: string;
  readonly output?: string;
  readonly db?: string;
}

const LEAST_SECONDS = 0.1;
const MOST_SECONDS = 300;
/** Beyond the time of the profile itself: to attach, and to bring a large profile over. */
const ANSWERS_WITHIN_MS = 20_000;

const OTHER_PLACE = 'Name another place with --output.';

/** `evaltui profile`: where the threads of an executor spend their time, and files for a profile viewer. */
export async function profile(given: string, options: ProfileOptions): Promise<number> {
  const seconds = readSeconds(options.seconds);
  await using store = await openExistingStore(dbPathOf(options.db, process.env));
  const target = await findNamedTarget(store, given, options.run);
  const { pid } = target.executor;
  const threadId = readThread(options.thread, target.executor);
  const durationMs = Math.round(seconds * 1000);
  printNote(`evaltui: profiling executor ${pid} for ${seconds} s …`);
  const profiles = await askExecutor(
    target,
    { op: 'profile', durationMs, ...(threadId === undefined ? {} : { threadId }) },
    { withinMs: durationMs + ANSWERS_WITHIN_MS },
  );
  if (profiles.length === 0) {
    const message = `No thread of executor ${pid} could be profiled; evaltui stack ${pid} tells what they are doing.`;
    throw new EvaltuiError('inspection-failed', message);
  }
  // The file that was asked for is written in any case.
  const first = busiestFirst(profiles).filter(({ samples }, index) => samples > 0 || index === 0);
  const paths = profilePaths(first, { pid, folder: profilesFolder(), at: new Date(), given: options.output });
  for (const [index, path] of paths.entries()) writeProfile(path, first[index], OTHER_PLACE);
  const unseen = profiles.filter((each) => !first.includes(each));
  const text = { width: outputWidth(), folder: process.cwd() };
  printLines([
    executorHeading(target.named),
    ...first.flatMap((each, index) => ['', ...renderProfile(each, text), `Written to ${paths[index]}`]),
    ...unseen.flatMap((each) => ['', ...renderProfile(each, text)]),
  ]);
  return EXIT.ok;
}

function readSeconds(given: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) return seconds;
  throw new EvaltuiError(
    'bad-option',
    `--seconds ${given}: a number from ${LEAST_SECONDS} to ${MOST_SECONDS} is allowed.`,
  );
}
