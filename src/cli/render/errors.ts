import { formatCount } from '../../core/format.ts';
import { printable } from '../../core/printable.ts';
import { truncate } from '../../monitor/parts/columns.ts';
import type { ErrorGroup, ReturnedTries } from '../../store/task-store.ts';

/** Failed tries by kind, pattern and place, each with one example, in the order given. */
export function renderErrorGroups(groups: readonly ErrorGroup[], width: number): readonly string[] {
  return groups.flatMap((group) => {
    const { example } = group;
    return [
      truncate(`${group.kind}: ${printable(group.pattern)}`, width),
      `  ${triesText(group)}${group.place === null ? '' : `, from ${printable(group.place)}`}`,
      truncate(`  ${printable(example.task)}: ${printable(example.message)}`, width),
    ];
  });
}

/** Tries that were sent back to the queue, a line for each reason. */
export function renderReturned(returned: readonly ReturnedTries[], width: number): readonly string[] {
  return returned.map(({ reason, tries }) =>
    truncate(`${formatCount(tries)} ${tries === 1 ? 'try' : 'tries'}: ${printable(reason)}`, width),
  );
}

/** `12 tries, 3 tasks errored`. */
export function triesText({ tries, tasks }: ErrorGroup): string {
  const triesPart = `${formatCount(tries)} ${tries === 1 ? 'try' : 'tries'}`;
  return tasks === 0
    ? triesPart
    : `${triesPart}, ${formatCount(tasks)} ${tasks === 1 ? 'task' : 'tasks'} errored`;
}
