import { expect, test } from 'vitest';
import { layOutColumns } from '../../../src/monitor/parts/columns.ts';
import { taskKind } from '../../../src/monitor/parts/task-rows.ts';
import { makeEval, makeRun, makeSnapshot, NOW } from '../make-snapshot.ts';
import { makeListedTasks } from '../make-view-data.ts';

const TASKS = makeListedTasks([
  ['running', 1],
  ['right', 1],
]);
const EVALS = { one: [makeEval()], several: [makeEval(), makeEval({ index: 1, name: 'elements' })] };

test.each([
  ['one', 42],
  ['one', 64],
  ['several', 42],
  ['several', 44],
  ['several', 64],
  ['several', 104],
] as const)('no column is cut off in a list of tasks of %s eval in %i cells', (evals, room) => {
  const snapshot = makeSnapshot({ run: makeRun({ evals: EVALS[evals] }) });
  const { columns } = taskKind(snapshot, NOW);
  const shown = columns.filter(({ minRoom = 0 }) => room >= minRoom);
  const { heading, rows } = layOutColumns(columns, TASKS, room);
  expect(heading.trim().split(/\s+/)).toEqual(shown.map(({ title }) => title));
  for (const row of [heading, ...rows]) expect(row).toHaveLength(room);
  expect(rows[0]).toContain(evals === 'one' ? 's001.1' : 'capitals/s001.1');
  expect(rows[1]).toContain('1.000');
});
