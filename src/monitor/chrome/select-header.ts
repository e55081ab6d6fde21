import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { completionFnsOf, modelText } from '../../core/run-spec.ts';
import type { RunRow, RunSnapshot } from '../../store/task-store.ts';
import { truncate } from '../parts/columns.ts';
import { formatAge } from '../parts/format.ts';
import { type ProgressHistory, remainingMs } from '../history/throughput.ts';
import type { Part, Status } from '../parts/view-model.ts';

/** The time in a run's id: enough of it to name the run in a command. */
const SHORT_ID = 12;

/** What the run does now, as a status and the word for it. Lost is one that nobody supervises any more. */
export function selectRunStatus(
  run: RunRow,
  isLost: boolean,
): { readonly status: Status; readonly word: string } {
  if (isLost) return { status: 'lost', word: 'lost' };
  switch (run.state) {
    case 'planning':
      return { status: 'queued', word: 'planning' };
    case 'running':
      return run.paused ? selectPause(run) : { status: 'running', word: 'running' };
    case 'draining':
      return { status: 'draining', word: 'stopping' };
    case 'aborting':
      return { status: 'draining', word: 'aborting' };
    case 'finished':
      return selectEnd(run);
  }
}

/** What is in flight finishes first. */
function selectPause({ evals }: RunRow): { readonly status: Status; readonly word: string } {
  const isQuiet = evals.every(({ counts }) => counts.running === 0);
  return isQuiet ? { status: 'paused', word: 'paused' } : { status: 'draining', word: 'pausing' };
}

function selectEnd(run: RunRow): { readonly status: Status; readonly word: string } {
  switch (run.status) {
    case 'errored':
      return { status: 'errored', word: 'finished with errors' };
    case 'cancelled':
      return { status: 'cancelled', word: 'interrupted' };
    case 'completed':
    case null:
      return { status: 'done', word: 'finished' };
  }
}

/** How long the run has been going, or took, ms. */
export function elapsedMs(run: RunRow, now: number): number {
  return Math.max(0, (run.finishedAt ?? now) - (run.startedAt ?? run.createdAt));
}

/** Name of the program, evals, run, view and what is open in it; where room is short, less of what is known anyway. */
export function selectTitle(
  {
    snapshot,
    title,
    columns,
  }: { readonly snapshot: RunSnapshot; readonly title: string; readonly columns: number },
  view: string,
  crumb: string | null,
): readonly Part[] {
  const { run } = snapshot;
  const names = run.evals.map(({ name }) => printable(name)).join(', ');
  const id = printable(run.runId);
  const isShort = columns < 100;
  const name = truncate(names === '' ? 'planning' : names, Math.max(12, Math.floor(columns / 4)));
  const open: readonly Part[] = crumb === null ? [] : [{ text: ` ▸ ${printable(crumb)}`, tone: 'strong' }];
  // The tabs name the view too; the run is named where nothing is open in it.
  if (isShort) {
    const run: Part = { text: ` ${id.slice(0, SHORT_ID)}`, tone: 'muted' };
    return [{ text: name, tone: 'strong' }, ...(crumb === null ? [run] : open)];
  }
  return [
    { text: `${title} ▸ `, tone: 'accent' },
    { text: name, tone: 'strong' },
    { text: ` ${columns < 110 ? id.slice(0, SHORT_ID) : id}`, tone: 'muted' },
    { text: ` ▸ ${view}` },
    ...open,
  ];
}

/** State, time, time left, and what went wrong. */
export function selectStanding(
  snapshot: RunSnapshot,
  history: ProgressHistory,
  now: number,
  columns: number,
  isLost: boolean,
): readonly Part[] {
  const { run, counts, stuck } = snapshot;
  const { status, word } = selectRunStatus(run, isLost);
  const parts: Part[] = [{ status, text: word }];
  // When a lost run ended nobody knows.
  if (!isLost) parts.push({ text: `  ${formatAge(elapsedMs(run, now))}` });
  if (run.state !== 'finished' && !isLost) {
    const left = remainingMs(history, snapshot, now);
    parts.push({ text: `  ETA ${left === null ? '–' : formatAge(left)}` });
  }
  // At 60 columns glyph and number have to do.
  const wordOf = (text: string): string => (columns < 76 ? '' : ` ${text}`);
  if (stuck.length > 0)
    parts.push({ text: '  ' }, { status: 'stuck', text: `${formatCount(stuck.length)}${wordOf('stuck')}` });
  if (counts.errored > 0) {
    parts.push(
      { text: '  ' },
      { status: 'errored', text: `${formatCount(counts.errored)}${wordOf('errored')}` },
    );
  }
  return parts;
}

/** The model, and in plain words when it is none. */
export function selectModel(run: RunRow, columns: number): readonly Part[] {
  const models = completionFnsOf(run.spec);
  const model = printable(modelText(run.spec));
  if (!models.every((each) => /^mock(:|$)/.test(each)))
    return [{ text: 'model ', tone: 'muted' }, { text: model }];
  return [
    {
      text: columns < 110 ? 'simulated answers' : 'simulated answers, no real model was named',
      tone: 'warning',
    },
    { text: ' · ', tone: 'muted' },
    { text: model },
  ];
}
