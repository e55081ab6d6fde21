import { Box, Text, useIsScreenReaderEnabled } from 'ink';
import type { ReactElement } from 'react';
import { fit } from '../../monitor/parts/columns.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { LinearView } from './linear-view.tsx';

/** Lines in a frame, in the middle of the screen and over what is drawn there. */
export function DialogView(props: {
  readonly title: string;
  readonly lines: readonly string[];
  readonly columns: number;
  readonly rows: number;
}): ReactElement {
  const { columns, rows } = props;
  const theme = useTheme();
  const isForReader = useIsScreenReaderEnabled();
  if (isForReader) return <LinearView lines={[props.title, ...props.lines]} />;
  const longest = Math.max(props.title.length + 4, ...props.lines.map((line) => line.length));
  const inner = Math.min(longest, columns - 4);
  const lines = props.lines.slice(0, rows - 2);
  const { corners } = theme;
  const rule = corners.line.repeat(Math.max(0, inner - props.title.length - 1));
  return (
    <Box
      position="absolute"
      flexDirection="column"
      width={inner + 4}
      top={Math.max(0, Math.floor((rows - lines.length - 2) / 2))}
      left={Math.max(0, Math.floor((columns - inner - 4) / 2))}
    >
      <Text wrap="truncate" {...theme.tones.warning}>
        {`${corners.left}${corners.line} `}
        <Text bold>{props.title}</Text>
        {` ${rule}${corners.right}`}
      </Text>
      <Box
        flexDirection="column"
        borderStyle={theme.border}
        borderTop={false}
        {...borderColor(theme.tones.warning.color)}
      >
        {lines.map((line, index) => (
          // Blanks too are drawn: they cover what lies beneath.
          <Text key={index} wrap="truncate">{` ${theme.text(fit(line, inner))} `}</Text>
        ))}
      </Box>
    </Box>
  );
}

function borderColor(color: string | undefined): { readonly borderColor?: string } {
  return color === undefined ? {} : { borderColor: color };
}
