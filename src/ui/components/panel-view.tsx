import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import type { ReactElement } from 'react';
import { truncate } from '../../monitor/parts/columns.ts';
import type { Panel, Row, ScreenView } from '../../monitor/parts/view-model.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { Theme } from '../theme.ts';
import { BarRow } from './bar-row.tsx';
import { CurveRow } from './curve-row.tsx';
import { Parts } from './parts.tsx';

/** A titled panel with one line a row, in a frame or under a rule. */
export function PanelView(props: {
  readonly panel: Panel;
  readonly height: number;
  readonly frame: ScreenView['frame'];
}): ReactElement {
  const { panel, height, frame } = props;
  const theme = useTheme();
  const isBox = frame === 'box';
  return (
    <Box flexDirection="column" width={panel.width} height={height} flexShrink={0} overflowY="hidden">
      <PanelTitle panel={panel} isBox={isBox} />
      <Box
        flexDirection="column"
        height={height - 1}
        overflowY="hidden"
        paddingX={1}
        {...(isBox ? { borderStyle: theme.border, borderTop: false, ...borderLook(panel, theme) } : {})}
      >
        {panel.rows.map((row, index) => (
          // A row is a place on the screen, whatever stands in it.
          <Box key={index} height={1} flexShrink={0}>
            <PanelRow row={row} />
          </Box>
        ))}
      </Box>
    </Box>
  );
}

/** The frame of the panel that keys go to stands out; its title says so too. */
function borderLook(
  { isActive = false }: Panel,
  { tones }: Theme,
): Readonly<Record<string, boolean | string>> {
  const { color } = tones.accent;
  if (!isActive) return { borderDimColor: true };
  return color === undefined ? {} : { borderColor: color };
}

function PanelTitle({ panel, isBox }: { readonly panel: Panel; readonly isBox: boolean }): ReactElement {
  const { corners, text, tones } = useTheme();
  const { width, isActive = false } = panel;
  const ends = isBox ? corners : { left: corners.line, right: corners.line };
  const line = isActive ? tones.accent : tones.muted;
  const note = panel.note === undefined || panel.note === '' ? '' : ` ${panel.note} `;
  const sign = isActive ? '▸ ' : '';
  const title = sign + truncate(panel.title, Math.max(4, width - 6 - sign.length - stringWidth(note)));
  const rest = width - 5 - stringWidth(title) - stringWidth(note) - (note === '' ? 0 : 1);
  return (
    <Text wrap="truncate">
      <Text {...line}>{`${ends.left}${corners.line} `}</Text>
      <Text {...tones.strong}>{text(title)}</Text>
      <Text {...line}>{` ${corners.line.repeat(Math.max(0, rest))}`}</Text>
      <Text {...tones.muted}>{text(note)}</Text>
      <Text {...line}>{`${note === '' ? '' : corners.line}${ends.right}`}</Text>
    </Text>
  );
}

function PanelRow({ row }: { readonly row: Row }): ReactElement {
  switch (row.kind) {
    case 'parts':
      return <Parts parts={row.parts} isSelected={row.isSelected ?? false} />;
    case 'bar':
      return <BarRow row={row} />;
    case 'curve':
      return <CurveRow row={row} />;
  }
}
