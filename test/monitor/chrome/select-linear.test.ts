import { expect, test } from 'vitest';
import { NO_VIEW_FACTS } from '../../../src/monitor/state/screen-state.ts';
import { selectLinear } from '../../../src/monitor/chrome/select-linear.ts';
import { type ScreenView, textRow } from '../../../src/monitor/parts/view-model.ts';

const VIEW: ScreenView = {
  header: { left: [{ text: 'evaltui capitals · run 1' }], right: [{ status: 'running', text: 'running' }] },
  tabs: { left: [{ text: '[1 Run]' }, { text: ' 2 Tasks ' }], right: [] },
  facts: NO_VIEW_FACTS,
  frame: 'box',
  bands: [
    {
      key: 'top',
      height: 5,
      panels: [
        {
          key: 'progress',
          title: 'Progress · accuracy',
          width: 40,
          rows: [
            { kind: 'bar', label: 'capitals', fraction: 0.5, width: 10, text: '   5/10  50.0 %' },
            { kind: 'curve', label: 'tasks/s', values: [0, 1], text: '2.0' },
            {
              kind: 'parts',
              parts: [
                { status: 'right', text: '3 done' },
                { status: 'queued', text: '5 queued' },
              ],
            },
            { kind: 'parts', parts: [{ text: '▸  stuck   s1.1' }], isSelected: true },
            textRow('── Log ─────'),
            textRow(''),
          ],
        },
        { key: 'empty', title: 'Nothing here', width: 40, rows: [textRow('')] },
      ],
    },
  ],
  foot: [{ tone: 'warning', text: 'finishing 2 tasks' }],
};

test('says a screen in lines: titles, rows without bars and padding, the banner, the keys', () => {
  expect(selectLinear(VIEW, [{ keys: 'q', label: 'quit' }])).toEqual([
    'evaltui capitals, run 1, running',
    '[1 Run] 2 Tasks',
    'Progress, accuracy:',
    'capitals, 5/10, 50.0 %',
    'tasks/s, 2.0',
    '3 done, 5 queued',
    'selected: stuck, s1.1',
    'Log',
    'finishing 2 tasks',
    'Keys: q quit',
  ]);
});
