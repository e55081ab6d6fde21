import { Text } from 'ink';
import type { ReactElement } from 'react';
import type { Row } from '../../monitor/parts/view-model.ts';
import { useTheme } from '../hooks/use-theme.ts';

/** A label, a curve of one cell a value, and a text. */
export function CurveRow({ row }: { readonly row: Row & { readonly kind: 'curve' } }): ReactElement {
  const theme = useTheme();
  const top = theme.curve.length - 1;
  const curve = row.values.map(
    (value) => theme.curve[Math.ceil(Math.min(1, Math.max(0, value)) * top)] ?? ' ',
  );
  return (
    <Text wrap="truncate">
      <Text {...theme.tones.muted}>{row.label.padEnd(9)} </Text>
      <Text {...theme.tones.accent}>{curve.join('')}</Text> {theme.text(row.text)}
    </Text>
  );
}
