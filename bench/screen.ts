import { setTimeout } from 'node:timers/promises';
import { processUsage } from '../src/process/usage.ts';
import { openEvaltui, openPty, type PtyProgram } from '../test/e2e/pty.ts';
import { createWorkplace, type Workplace } from '../test/e2e/run-evaltui.ts';
import { round, type Figure } from './figure.ts';
import { loadedModules } from './loaded-modules.ts';
import { benchEval } from './measured-run.ts';

const WINDOW_MS = 6_000;
const WARM_MS = 2_500;
const ESCAPE = '\u001B';
/** Ink puts every frame between the marks of a synchronised update. */
const FRAME_START = `${ESCAPE}[?2026h`;
const FRAME_END = `${ESCAPE}[?2026l`;
const HELP = 'Draw the whole screen anew.';
/** The least that a program in a terminal can do with a key: what its answer takes under the same load. */
const ECHO = `let isOn = false;
process.stdin.setRawMode(true).on('data', () => {
  isOn = !isOn;
  process.stdout.write('\\u001B[H\\u001B[2K' + (isOn ? '${HELP}' : 'off'));
});
console.log('ready');`;

/** Answers that come at any time, not all together. */
const WAITING = [
  benchEval('call'),
  '--param',
  'count=100000',
  '-m',
  'mock:latency=500ms,jitter=0.8',
  '--concurrency',
  '64',
];
const IDLE = [benchEval('wait'), '--param', 'count=64', '--param', 'ms=600000', '--concurrency', '64'];
const NO_OP = [benchEval('no-op'), '--param', 'count=500000'];
/** One task at a time in each thread: results come all the time, and not in heaps. */
const SPIN = [
  benchEval('spin'),
  '--param',
  'ms=50',
  '--param',
  'count=100000',
  '--threads',
  '2',
  '--concurrency',
  '2',
];

/** What the screen costs its process and the terminal, and how soon it answers. On 120x36. */
export async function screenFigures(): Promise<readonly Figure[]> {
  return [
    ...(await costFigures()),
    ...(await idleFigures()),
    ...(await loadFigures('500,000 no-op tasks at full speed', NO_OP)),
    ...(await loadFigures('two threads that spin', SPIN)),
    ...(await importFigures()),
  ];
}

async function costFigures(): Promise<readonly Figure[]> {
  using place = createWorkplace();
  using owner = await openRun(place, WAITING);
  using monitor = openEvaltui(place, ['monitor']);
  await monitor.shows('Newest results');
  await setTimeout(WARM_MS);
  const [ofOwner, ofMonitor] = await Promise.all([watch(owner), watch(monitor)]);
  const cost = (who: string, { cpu, bytes, frames, torn, blank, reads }: Watched): readonly Figure[] => [
    figure(`CPU of ${who}, 64 tasks in flight`, cpu, '% of a core', { atMost: 12 }),
    figure(`written by ${who}, 64 tasks in flight`, bytes / 1000, 'kB/s', { atMost: 20 }),
    figure(`frames of ${who}`, frames, '1/s'),
    ...tornFigures({ reads, torn, blank }),
  ];
  return [...cost('the owner (screen and supervisor)', ofOwner), ...cost('a monitor', ofMonitor)];
}

async function idleFigures(): Promise<readonly Figure[]> {
  using place = createWorkplace();
  using owner = await openRun(place, IDLE);
  await setTimeout(WARM_MS);
  const waiting = await watch(owner);
  owner.press('\u0003\u0003');
  await owner.exited;
  using finished = openEvaltui(place, ['monitor']);
  await finished.shows('Summary');
  await setTimeout(WARM_MS);
  const still = await watch(finished);
  return [
    figure('written while 64 tasks wait and only ages move', waiting.bytes / 1000, 'kB/s', { atMost: 1 }),
    figure('CPU meanwhile', waiting.cpu, '% of a core'),
    figure('written for a finished run', still.bytes / 1000, 'kB/s', { atMost: 1 }),
    figure('CPU meanwhile, finished run', still.cpu, '% of a core'),
  ];
}

async function loadFigures(under: string, args: readonly string[]): Promise<readonly Figure[]> {
  using place = createWorkplace();
  using owner = await openRun(place, args);
  const watched = await watch(owner, 3_000);
  using echo = openPty(process.execPath, ['-e', ECHO], { folder: place.folder });
  await echo.shows('ready');
  const [delays, floor] = await Promise.all([keyDelays(owner, 40), keyDelays(echo, 40)]);
  using monitor = openEvaltui(place, ['monitor']);
  await monitor.shows('? help');
  const ofMonitor = await keyDelays(monitor, 20);
  if (!owner.text().includes('● running'))
    throw new Error(`Not running to the end: ${under}\n${owner.text()}`);
  const { frames, longestGap, cpu } = watched;
  return [
    keyFigure(`key to paint, p99 of ${delays.length}, ${under}`, 0.99, delays, floor, { atMost: 100 }),
    keyFigure('  the middle of them', 0.5, delays, floor),
    figure(`  p99 of ${ofMonitor.length} in a monitor of it`, quantile(ofMonitor, 0.99), 'ms', {
      atMost: 100,
    }),
    figure(`repaints, ${under}`, frames, '1/s', { atLeast: 4 }),
    figure('  longest time between two reads', longestGap, 'ms'),
    ...tornFigures(watched),
    figure('  CPU of screen and supervisor', cpu, '% of a core'),
  ];
}

function tornFigures({ reads, torn, blank }: Pick<Watched, 'reads' | 'torn' | 'blank'>): readonly Figure[] {
  return [
    figure(`  torn after one of ${reads} reads, frames shown as a whole`, torn, 'reads', { atMost: 0 }),
    figure(`  rows blank after one of ${reads} reads, frames shown as they come`, blank, 'reads', {
      atMost: 0,
    }),
  ];
}

/** Modules of Ink, React and Yoga that are loaded without a screen. */
async function importFigures(): Promise<readonly Figure[]> {
  using place = createWorkplace();
  const isOfScreen = (url: string): boolean =>
    /node_modules\/(ink|react|react-reconciler|yoga-layout)\//.test(url);
  const run = ['run', 'capitals', '--limit', '2'];
  const commands: readonly (readonly string[])[] = [
    ['--version'],
    [...run, '--display', 'none'],
    [...run, '--display', 'plain'],
    [...run, '--display', 'json'],
    ['ps'],
    ['show'],
  ];
  const figures: Figure[] = [];
  for (const args of commands) {
    const count = (await loadedModules(place, args)).filter(isOfScreen).length;
    figures.push(
      figure(`modules of the screen loaded by ${args.join(' ')}`, count, 'modules', { atMost: 0 }),
    );
  }
  return figures;
}

async function openRun(place: Workplace, args: readonly string[]): Promise<PtyProgram> {
  const owner = openEvaltui(place, ['run', ...args]);
  await owner.shows(/● running/, 60_000);
  return owner;
}

interface Watched {
  /** % of a core. */
  readonly cpu: number;
  /** A second. */
  readonly bytes: number;
  /** A second. */
  readonly frames: number;
  /** ms */
  readonly longestGap: number;
  readonly reads: number;
  /** Reads after which a row of the frame was not whole, on a terminal that shows a synchronised update at once. */
  readonly torn: number;
  /** Reads after which a row of the frame was blank, whatever the terminal does. */
  readonly blank: number;
}

/** Looks at a screen for a while, after every read. */
async function watch(screen: PtyProgram, windowMs: number = WINDOW_MS): Promise<Watched> {
  let reads = 0;
  let torn = 0;
  let blank = 0;
  let isInFrame = false;
  let isOver = false;
  let lastAt = performance.now();
  let longestGap = 0;
  screen.onRead((chunk) => {
    if (isOver) return;
    const [start, end] = [chunk.lastIndexOf(FRAME_START), chunk.lastIndexOf(FRAME_END)];
    if (start !== end) isInFrame = start > end;
    const now = performance.now();
    longestGap = Math.max(longestGap, now - lastAt);
    lastAt = now;
    reads += 1;
    // Between header and banner every row begins and ends with a frame.
    const rows = screen.text().split('\n').slice(2, -2);
    if (!isInFrame && !rows.every((row) => /^[╭│╰].*[╮│╯]$/.test(row))) torn += 1;
    if (rows.includes('')) blank += 1;
  });
  const before = { at: performance.now(), cpu: cpuMs(screen.pid), raw: screen.raw().length };
  await setTimeout(windowMs);
  isOver = true;
  const seconds = (performance.now() - before.at) / 1000;
  const written = screen.raw().slice(before.raw);
  return {
    cpu: (cpuMs(screen.pid) - before.cpu) / seconds / 10,
    bytes: Buffer.byteLength(written) / seconds,
    frames: (written.split(FRAME_START).length - 1) / seconds,
    longestGap,
    reads,
    torn,
    blank,
  };
}

function cpuMs(pid: number): number {
  const usage = processUsage(pid);
  if (usage === undefined) throw new Error('The screen is gone.');
  return usage.cpuMs;
}

/** How long the help takes to open or to close after its key, ms. */
async function keyDelays(screen: PtyProgram, presses: number): Promise<readonly number[]> {
  let isOpen = false;
  let painted: (() => void) | undefined;
  screen.onRead(() => {
    if (painted === undefined || screen.text().includes(HELP) !== isOpen) return;
    painted();
    painted = undefined;
  });
  const delays: number[] = [];
  for (let press = 0; press < presses; press += 1) {
    isOpen = !isOpen;
    const from = performance.now();
    await new Promise<void>((resolve) => {
      painted = resolve;
      screen.press('?');
    });
    delays.push(performance.now() - from);
    // Apart by more and less than the time between two frames, so that no beat is struck.
    await setTimeout(60 + ((press * 37) % 80));
  }
  return delays;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function keyFigure(
  what: string,
  share: number,
  delays: readonly number[],
  floor: readonly number[],
  bound?: { readonly atMost: number },
): Figure {
  const reference = { what: 'a bare echo beside it', value: round(quantile(floor, share), 1) };
  return { ...figure(what, quantile(delays, share), 'ms', bound), reference };
}

function figure(
  what: string,
  value: number,
  unit: string,
  bound?: { readonly atMost?: number; readonly atLeast?: number },
): Figure {
  const rounded = { what, value: round(value, 1), unit };
  return bound === undefined ? rounded : { ...rounded, target: { of: 'value', ...bound } };
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await screenFigures(), null, 2)}\n`);
