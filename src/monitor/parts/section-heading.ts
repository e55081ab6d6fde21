import { truncate } from './columns.ts';
import { type Row, textRow } from './view-model.ts';

/** A blank line and a rule with a title: a part of a text begins. */
export function heading(title: string, room: number): readonly Row[] {
  const shown = truncate(title, Math.max(1, room - 5));
  const rule = '─'.repeat(Math.max(0, room - shown.length - 4));
  return [
    textRow(''),
    {
      kind: 'parts',
      parts: [
        { text: '── ', tone: 'muted' },
        { text: shown, tone: 'strong' },
        { text: ` ${rule}`, tone: 'muted' },
      ],
    },
  ];
}
