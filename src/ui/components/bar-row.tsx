import { Text } from 'ink';
import type { ReactElement } from 'react';
import type { Row } from '../../monitor/parts/view-model.ts';
import { useTheme } from '../hooks/use-theme.ts';

/** A label, a bar filled to a fraction, and a text. */
export function BarRow({ row }: { readonly row: Row & { readonly kind: 'bar' } }): ReactElement {
  const theme = useTheme();
  const full = row.fraction >= 1 ? row.width : Math.floor(Math.max(0, row.fraction) * row.width);
  return (
    <Text wrap="truncate">
      {theme.text(row.label)}{' '}
      <Text {...theme.statuses[row.fraction >= 1 ? 'done' : 'running']}>{theme.bar.full.repeat(full)}</Text>
      <Text {...theme.tones.muted}>{theme.bar.empty.repeat(row.width - full)}</Text> {theme.text(row.text)}
    </Text>
  );
}
