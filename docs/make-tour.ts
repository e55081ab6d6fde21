/**
 * Writes docs/tour.md: real screens of real runs, as text. `node docs/make-tour.ts`, after `npm run build`.
 * A stop of the tour is an entry of TOUR; the run of its scene goes on from stop to stop.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openEvaltui, type PtyProgram } from '../test/e2e/pty.ts';
import { createWorkplace } from '../test/e2e/run-evaltui.ts';

type Size = readonly [columns: number, rows: number];

interface Stop {
  readonly title: string;
  /** What is said above the screen. */
  readonly text: string;
  /** Pressed one after the other. */
  readonly keys: readonly string[];
  /** Shown when the keys are done. */
  readonly waitFor: string | RegExp;
  readonly size: Size;
  /** Pressed after the picture was taken, so that the next stop begins where this one did. */
  readonly back?: readonly string[];
  /** Takes what is left in the terminal after the program has ended. */
  readonly isEnd?: boolean;
}

interface Scene {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Put into the folder before, by their names. */
  readonly files?: Readonly<Record<string, string>>;
  readonly stops: readonly Stop[];
}

const WIDE: Size = [120, 36];
const NARROW: Size = [80, 24];
const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const PAUSE_MS = 400;
const CTRL_C = '\u0003';
const FAULTS = 'mock:latency=1500ms,jitter=0.5,accuracy=0.8,errors=0.06';
const MANY_DONE = /(?:[5-9]\d|\d{3}) done/;

const SLOW_PATTERN = `import { defineEval } from 'evaltui';

export default defineEval({
  name: 'slow-pattern',
  *tasks() {
    for (let index = 0; index < 20; index += 1) yield { id: \`s\${index}\`, input: index };
  },
  async evaluate(task, context) {
    const answer = await context.step('fetch answer', async () => 'word '.repeat(task.input === 7 ? 30 : 2));
    return context.step('score', async () => ({ correct: scoreAnswer(answer) }));
  },
});

function scoreAnswer(answer: string): boolean {
  // Nested repeats: the time doubles with every word that does not fit.
  return /^(\\s*\\w+\\s*)+=$/.test(answer);
}
`;

const TOUR: readonly Scene[] = [
  {
    args: [
      'run',
      'capitals',
      'elements',
      '-m',
      FAULTS,
      '--executors',
      '2',
      '--concurrency',
      '24',
      '--max-retries',
      '2',
    ],
    stops: [
      {
        title: 'A run, in one look',
        text: 'Progress of each eval with its running score and interval, the executors, what runs longest, what failed and why, and the newest results. `mock` simulates a model; here it is slow, and some of its calls fail. Tokens are counted; what they cost is not shown, since no price is known.',
        keys: [],
        waitFor: MANY_DONE,
        size: WIDE,
      },
      {
        title: 'The same in 80x24',
        text: 'As over SSH in a half of a window. What matters less gives way; nothing is cut in the middle.',
        keys: [],
        waitFor: '? help',
        size: NARROW,
      },
      {
        title: 'Tasks: `2`',
        text: 'All states with their counts, the worst first; `/` filters, `s` sorts, `r` tries again, `c` cancels.',
        keys: ['2'],
        waitFor: /capitals\/\w+\.1/,
        size: WIDE,
      },
      {
        title: 'A task in full: Enter',
        text: 'Prompt, answer, score, every try with its cause and times. `/` searches, `f` follows.',
        keys: ['\r'],
        waitFor: 'Expected',
        size: NARROW,
        back: ['\u001B'],
      },
      {
        title: 'Executors: `3`',
        text: 'Processes with their load, threads, tasks in flight and the end of their log.',
        keys: ['3'],
        waitFor: 'Workers',
        size: WIDE,
      },
      {
        title: 'Errors: `6`',
        text: 'By kind and place, with one of each in full.',
        keys: ['6'],
        waitFor: 'rate-limit',
        size: WIDE,
      },
      {
        title: 'All runs: `5`',
        text: 'Enter opens one, exactly like a live one.',
        keys: ['5'],
        waitFor: /Runs \d/,
        size: NARROW,
      },
      {
        title: 'Every key of a view: `?`',
        text: 'Made from the same table that handles the keys.',
        keys: ['1', '?'],
        waitFor: 'Draw the whole screen anew.',
        size: WIDE,
        back: ['?'],
      },
      {
        title: 'Smaller than 60x15: one line',
        text: 'Any size is fine at any moment.',
        keys: [],
        waitFor: '60x15 shows more',
        size: [58, 5],
      },
      {
        title: 'Leaving asks where something would be lost',
        text: '`q` asks and does nothing unless told; Ctrl-C goes through the same three stages without asking: finish what is in flight, abort it, kill.',
        keys: ['q'],
        waitFor: 'Stop the run?',
        size: NARROW,
        back: ['n'],
      },
      {
        title: 'What stays in the terminal',
        text: 'The screen is gone, the terminal as it was; the summary and the way on are left.',
        keys: [CTRL_C, CTRL_C],
        waitFor: '',
        size: [100, 36],
        isEnd: true,
      },
    ],
  },
  {
    args: ['monitor', 'latest'],
    stops: [
      {
        title: '`evaltui monitor`: the same screen from elsewhere',
        text: 'For a run in another terminal, or one that is over, as here. Any number of them may watch.',
        keys: [],
        waitFor: 'Summary',
        size: WIDE,
      },
    ],
  },
  {
    args: ['run', 'slow-pattern.eval.ts', '--threads', '2', '--concurrency', '8', '--stuck-after', '2s'],
    files: { 'slow-pattern.eval.ts': SLOW_PATTERN },
    stops: [
      {
        title: 'What is stuck: `4`',
        text: 'One task of twenty is in a regular expression that does not come back. The verdict, what it rests on, the stack with your own functions marked, the code around the innermost, and where the time went.',
        keys: ['4'],
        waitFor: /▸ ▲ cpu-bound/,
        size: WIDE,
      },
      {
        title: 'Where its time goes: `i`, `P`, Enter',
        text: '`i` samples the stack again, `P` profiles for 5 s into a file for a profile viewer, `H` finds what async functions wait for, `w` writes a report, `y` copies.',
        keys: ['i', 'P', '\r'],
        waitFor: 'Profile · 5 s',
        size: NARROW,
        back: ['\u001B'],
      },
      {
        title: 'Kill exactly that: `x`',
        text: 'The task, its thread or its executor; what becomes of the tasks is chosen too. What was asked about is pinned by its identity, the lists stand still meanwhile, Enter does nothing, `y` does it.',
        keys: ['x'],
        waitFor: 'Kill task',
        size: NARROW,
        back: ['y'],
      },
      {
        title: 'What was done, and by whom: `a`',
        text: 'Every act is kept with the run, from whatever terminal it came.',
        keys: ['a'],
        waitFor: /running → cancelled/,
        size: NARROW,
      },
    ],
  },
  {
    args: ['run', 'science-choice', '--limit', '60', '-m', 'mock:latency=900ms', '--concurrency', '4'],
    env: { INK_SCREEN_READER: 'true' },
    stops: [
      {
        title: 'For a screen reader',
        text: '`INK_SCREEN_READER=true` gives lines instead of a picture, anew at most each five seconds.',
        keys: [],
        waitFor: /[1-9]\d* done/,
        size: NARROW,
      },
    ],
  },
];

const INTRO = `# A tour

Every picture below is a real screen of a real run, taken by \`node docs/make-tour.ts\` (without its colours).

When a terminal is left in a mess after all - only \`kill -9\` of evaltui, or a crash of the machine, can do that -
\`reset\` mends it, and \`evaltui resume latest\` goes on with the run. Ctrl-L draws the screen anew. Ctrl-Z gives the
terminal back to the shell until \`fg\`: the executors go on with the tasks, but nobody ends the run, replaces what
dies or takes an act meanwhile. A terminal that takes nothing in, as over a connection that stalls, holds up nothing.
\`NO_COLOR=1\` leaves the colours out, \`EVALTUI_ASCII=1\` every character beyond ASCII; no state is told by its colour
alone.
`;

using place = createWorkplace();
const parts = [INTRO];
for (const { args, env, files = {}, stops } of TOUR) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(place.folder, name), text);
  const command = ['evaltui', ...args].join(' ');
  const first = stops[0];
  if (first === undefined) continue;
  using screen = openEvaltui(place, args, {
    columns: first.size[0],
    rows: first.size[1],
    ...(env && { env }),
  });
  for (const stop of stops) {
    const drawn = await picture(screen, stop);
    parts.push(section(stop, stop === first ? command : null, drawn));
  }
}
writeFileSync(fileURLToPath(new URL('tour.md', import.meta.url)), parts.join('\n'));

async function picture(screen: PtyProgram, stop: Stop): Promise<string> {
  screen.resize(...stop.size);
  await press(screen, stop.keys);
  if (stop.isEnd === true) {
    await screen.exited;
    return screen.history();
  }
  await screen.shows(stop.waitFor, 60_000);
  // No new size is being settled any more, and no part of the frame is still read.
  await setTimeout(PAUSE_MS);
  const text = screen.text();
  await press(screen, stop.back ?? []);
  return text;
}

/** Apart from each other: Esc with a key right behind it would be another key. */
async function press(screen: PtyProgram, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    screen.press(key);
    await setTimeout(PAUSE_MS);
  }
}

/** Where the pictures were taken is of no interest; another path, or its end, takes the same room. */
function asLong(path: string, instead: string): string {
  return path.length <= instead.length
    ? path.padEnd(instead.length, '/')
    : `…${path.slice(1 - instead.length)}`;
}

function section({ title, text }: Stop, command: string | null, screen: string): string {
  const drawn = screen
    .replaceAll(place.folder, asLong('/home/you/projects/evals', place.folder))
    .replaceAll(ROOT, asLong('/usr/local/lib/node_modules/evaltui', ROOT))
    .replace(/\s+$/, '');
  const typed = command === null ? '' : `\`\`\`sh\n${command}\n\`\`\`\n\n`;
  return `## ${title}\n\n${text}\n\n${typed}\`\`\`text\n${drawn}\n\`\`\`\n`;
}
