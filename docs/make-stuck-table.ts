/**
 * Measures what becomes of tasks that misbehave, and writes it into docs/stuck.md: `node docs/make-stuck-table.ts`,
 * after `npm run build`. Linux only: elsewhere the system does not tell what a run has left behind.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  CULPRIT,
  misbehave,
  MISBEHAVIOURS,
  type Misbehaviour,
  type Observed,
} from '../test/e2e/misbehaviour.ts';

const PAGE: string = fileURLToPath(new URL('stuck.md', import.meta.url));
const MARK = '<!-- What follows is written by: node docs/make-stuck-table.ts -->\n';
/** Loops are looked for as by default from 5 s on. */
const STUCK_AFTER = '5s';

const HEADING = ['eval', 'told', 'noticed after', 'what is seen', 'seen in', 'killed in', 'what is left'];

const rows: string[][] = [];
const loads: number[] = [];
for (const misbehaviour of MISBEHAVIOURS) {
  loads.push(loadavg()[0] ?? Number.NaN);
  const row = rowOf(misbehaviour, await misbehave(misbehaviour, STUCK_AFTER));
  process.stdout.write(`${row.join(' | ')}\n`);
  rows.push(row);
}
const [text = ''] = readFileSync(PAGE, 'utf8').split(MARK);
const table = [HEADING, HEADING.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
writeFileSync(PAGE, `${text}${MARK}\n${table.join('\n')}\n\n${measuredOn()}\n`);

function rowOf(misbehaviour: Misbehaviour, observed: Observed): string[] {
  const { stuck, noticedMs, handled } = observed;
  const told = [...new Set(stuck.map(({ task, verdict }) => `${task} ${verdict}`))];
  const ends =
    handled === undefined ? ['–', '–', '–'] : [handled.seen, seconds(handled.lookMs), killText(handled)];
  const isNoticed = misbehaviour.becomes !== 'done';
  return [
    misbehaviour.name,
    told.length > 0 ? told.join(', ') : isNoticed ? outcomeOf(observed) : 'nothing',
    isNoticed ? seconds(noticedMs) : '–',
    ...ends,
    leftText(observed),
  ];
}

function outcomeOf({ tries }: Observed): string {
  const own = tries.filter(({ task }) => task === CULPRIT);
  const kind = own.at(-1)?.kind ?? 'no error';
  return own.length > 1 ? `${CULPRIT} errored: ${kind}, ${own.length} times` : `${CULPRIT} errored: ${kind}`;
}

function killText({ kill, killMs }: NonNullable<Observed['handled']>): string {
  const ended = ['process', 'thread'].find((each) => kill.stdout.includes(`its ${each} `)) ?? 'task';
  return `${seconds(killMs)}, with its ${ended}`;
}

function leftText({ states, left }: Observed): string {
  const counts = Object.entries(states).map(([state, count]) => `${count} ${state}`);
  return `${counts.join(', ')}; ${left === 0 ? 'no process' : `${left} processes`}`;
}

function seconds(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function measuredOn(): string {
  const [least, most] = [Math.min(...loads), Math.max(...loads)].map((load) => load.toFixed(0));
  const date = new Date().toISOString().slice(0, 10);
  return (
    `Measured ${date} on ${availableParallelism()} cores with a load average of ${least} to ${most}, ` +
    `Node ${process.version}, --stuck-after ${STUCK_AFTER}.`
  );
}
