import { join } from 'node:path';
import { divertOutput } from '../../process/divert-output.ts';
import { stopJob } from '../../process/stop-job.ts';
import { unblockOutput } from '../../process/unblock-output.ts';
import { type MountedScreen, mountScreen } from '../../ui/mount-screen.tsx';
import { logsFolder } from '../places.ts';
import { printLines, printNote } from '../print.ts';
import { renderSummary } from '../render/summary.ts';
import { resumableBy } from '../resumable.ts';
import { resumeCommand } from '../resume-command.ts';
import type { Display, DisplayOptions } from './display.ts';
import { keepJobControl } from './job-control.ts';
import { openPlainDisplay } from './line-displays.ts';
import { doOnScreen } from './screen-acts.ts';
import { openScreenLog, type ScreenLog } from './screen-log.ts';
import { openScreenSource } from './screen-reads.ts';

/** How often the log is looked at for what was written past this process's streams, ms. */
const LOOK_AT_LOG_MS = 500;
/** Lines of the log that are printed after the screen is left. */
const PRINTED_LINES = 20;

/** `--display tui`: the screen. After it is left, the summary stays behind in the terminal's own history. */
export async function openTuiDisplay(options: DisplayOptions): Promise<Display> {
  const { store, runId, dbPath, isOwner, stop } = options;
  const log = openScreenLog(join(logsFolder(), logName(options)));
  const unblocked = unblockOutput(process.stdout);
  const screen = mountScreen({
    source: openScreenSource(store, runId, log),
    act: (intent, otherRunId) => {
      // Stopping one's own run needs no db: it may be what is in the way.
      if (intent.kind === 'stop' && otherRunId === null) return stop(intent.stage);
      const by = `${isOwner ? 'screen' : 'monitor'} ${process.pid}`;
      const { note, copy: toClipboard } = screen;
      doOnScreen({ store, runId, by, note, toClipboard }, intent, otherRunId);
    },
    ...(options.screen === undefined ? {} : { screen: options.screen }),
    isOwner,
    stdout: process.stdout,
    stdin: process.stdin,
    now: Date.now,
    guarded: [process.stdout, process.stderr].filter((stream) => stream.isTTY),
    onStray: (text) => log.append(text),
    onSuspend: () => job.suspend(),
    title: 'evaltui',
    env: process.env,
  });
  const diverted = log.path === null ? undefined : divertOutput(log.path);
  const job = keepJobControl(screen, stopJob, isOwner);
  /** Whether nobody will press a key any more: a signal asked for the end, or the terminal is gone. */
  let isDeserted = false;
  let isFinishing = false;
  const desert = (): void => {
    isDeserted = true;
    if (isFinishing) screen.unmount();
  };
  // A terminal that hangs up makes reading fail.
  process.stdin.on('error', desert).on('end', desert);
  const looking = setInterval(() => noteStrays(log, screen), LOOK_AT_LOG_MS);
  const letGo = (): void => {
    process.off('uncaughtExceptionMonitor', onBug).off('exit', letGo);
    clearInterval(looking);
    screen.unmount();
    unblocked[Symbol.dispose]();
    job[Symbol.dispose]();
    diverted?.[Symbol.dispose]();
    printStrays(log);
    log[Symbol.dispose]();
  };
  // Before the error is printed, so that it is seen: on the terminal's own screen.
  const onBug = (): void => {
    letGo();
    if (isOwner) printNote(`Go on with: ${resumeCommand(runId, dbPath)}`);
  };
  process.on('uncaughtExceptionMonitor', onBug).on('exit', letGo);

  /** The run does not depend on being drawn: what cannot be drawn is told in lines. */
  let instead: Display | undefined;
  const followInLines = (thrown: unknown): Promise<void> => {
    const cause = thrown instanceof Error ? thrown.message : String(thrown);
    instead = openPlainDisplay(options, `The screen could not be drawn (${cause}); going on in lines.`);
    return instead.left;
  };
  const leave = async (): Promise<void> => {
    const failed = await screen.waitUntilExit().then(
      () => undefined,
      (thrown: unknown) => ({ thrown }),
    );
    letGo();
    if (failed !== undefined) return followInLines(failed.thrown);
    const run = await store.findRun(runId);
    if (run.state !== 'finished') return;
    const width = process.stdout.columns ?? 80;
    printLines(renderSummary({ run, resumeCommand: await resumableBy(runId, dbPath), width }));
  };
  const ended = leave();
  // Whoever waits for the end is told; until then nobody may be waiting.
  ended.catch(() => {});
  return {
    stopping: desert,
    finish: async () => {
      isFinishing = true;
      const { status } = await store.findRun(runId);
      // An interrupted run ends because the user wants to leave; a finished one is looked at first.
      if (status === 'cancelled' || isDeserted) screen.unmount();
      await instead?.finish();
      await ended;
    },
    abandon: async () => {
      screen.unmount();
      await instead?.abandon();
      await ended;
    },
    left: ended,
  };
}

/** The screens of one run do not share a log. */
function logName({ runId, isOwner }: DisplayOptions): string {
  return isOwner ? `${runId}-screen.log` : `${runId}-screen-${process.pid}.log`;
}

function noteStrays(log: ScreenLog, screen: MountedScreen): void {
  if (!log.refresh()) return;
  screen.note(`${linesText(log.count())} past the screen (L shows): ${log.lines().at(-1) ?? ''}`);
}

function printStrays(log: ScreenLog): void {
  log.refresh();
  const lines = log.lines();
  if (lines.length === 0) return;
  const shown = lines.slice(-PRINTED_LINES);
  const left = log.count() - shown.length;
  const more = left <= 0 ? '' : `; ${linesText(left)} before${log.path === null ? '' : ` in ${log.path}`}`;
  printNote(`Written past the screen${more}:`);
  for (const line of shown) printNote(`  ${line}`);
}

function linesText(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}
