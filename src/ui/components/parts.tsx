import { Text } from 'ink';
import type { ReactElement } from 'react';
import type { Part } from '../../monitor/parts/view-model.ts';
import { useTheme } from '../hooks/use-theme.ts';

/** One line of text in pieces, cut at the room it has. */
export function Parts(props: {
  readonly parts: readonly Part[];
  readonly isSelected?: boolean;
}): ReactElement {
  const { parts, isSelected = false } = props;
  const theme = useTheme();
  const look = isSelected ? theme.selected : {};
  return (
    <Text wrap="truncate">
      {parts.map(({ text, status, tone }, index) => (
        <Text
          key={index}
          {...(status === undefined ? theme.tones[tone ?? 'plain'] : theme.statuses[status])}
          {...look}
        >
          {status === undefined ? '' : `${theme.glyphs[status]} `}
          {theme.text(text)}
        </Text>
      ))}
    </Text>
  );
}
