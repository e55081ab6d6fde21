import { formatQuantity } from '../../core/format.ts';
import type { JsonObject } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import type { SampledFacts, SampledThread } from '../../inspect/sample-facts.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import { renderTable, type TableColumn } from './table.ts';

const STATE_WORDS: Readonly<Record<string, string>> = {
  R: 'running',
  S: 'sleeping',
  D: 'waiting for a disk',
  T: 'stopped',
  t: 'stopped by a debugger',
  I: 'idle',
};

const COLUMNS: readonly TableColumn<SampledThread>[] = [
  { title: 'TID', align: 'right', text: ({ tid }) => String(tid) },
  { title: 'NAME', text: ({ name }) => printable(name) },
  { title: 'STATE', text: ({ state }) => stateWord(state) },
  { title: 'CPU', align: 'right', text: ({ cpu }) => `${Math.round(cpu * 100)} %` },
  { title: 'WAITS IN', isFlexible: true, text: ({ waitsIn }) => printable(waitsIn ?? '') },
];

/** Threads of Node's own pools sleep most of the time, and tell nothing then. */
const POOLS = /^(libuv-worker|V8Worker|DelayedTaskSche|SignalInspector)/;

/** What the system tells of a process, for a terminal: threads that do something, and children. */
export function renderFacts(
  facts: SampledFacts,
  { pid, width }: { readonly pid: number; readonly width: number },
): readonly string[] {
  const { threads, children, state, sampledMs } = facts;
  const shown = threads.filter(({ name, state: its, cpu }) => !POOLS.test(name) || its !== 'S' || cpu > 0);
  const hidden = threads.length - shown.length;
  const of = threads.length === 0 ? stateWord(state) : formatQuantity(threads.length, 'thread');
  return [
    truncate(`What the system tells of process ${pid}, looked at for ${sampledMs} ms · ${of}`, width),
    ...(shown.length === 0 ? [] : renderTable(COLUMNS, shown, width)),
    ...(hidden === 0 ? [] : [`and ${formatQuantity(hidden, 'sleeping thread')} of Node's own pools`]),
    ...children.map((child) => truncate(`Child ${child.pid}: ${printable(child.command)}`, width)),
  ];
}

export function describeFacts({ state, sampledMs, threads, children }: SampledFacts): JsonObject {
  return {
    state: stateWord(state),
    sampledMs,
    threads: threads.map((thread) => ({ ...thread, state: stateWord(thread.state) })),
    children: children.map((child) => ({ ...child })),
  };
}

function stateWord(state: string): string {
  return STATE_WORDS[state] ?? state;
}
