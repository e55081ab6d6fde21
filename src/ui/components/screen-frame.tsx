import { Box, useIsScreenReaderEnabled } from 'ink';
import type { ReactElement, ReactNode } from 'react';
import type { KeyHint } from '../../monitor/keys/key-map.ts';
import { selectLinear } from '../../monitor/chrome/select-linear.ts';
import type { Part, ScreenView } from '../../monitor/parts/view-model.ts';
import { LinearView } from './linear-view.tsx';
import { PanelView } from './panel-view.tsx';
import { Parts } from './parts.tsx';

/** A whole screen: header, bands of panels, banner, key line; `children` lie over it. For a screen reader: lines. */
export function ScreenFrameView(props: {
  readonly view: ScreenView;
  readonly hints: readonly KeyHint[];
  readonly columns: number;
  readonly rows: number;
  readonly children?: ReactNode;
}): ReactElement {
  const { view, columns, rows } = props;
  if (useIsScreenReaderEnabled()) return <LinearView lines={selectLinear(view, props.hints)} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflowY="hidden">
      <EndsLine ends={view.header} cut="left" />
      <EndsLine ends={view.tabs} cut="right" />
      <Box flexDirection="column" height={rows - 4} flexShrink={0} overflowY="hidden">
        {view.bands.map((band) => (
          <Box key={band.key} height={band.height} flexShrink={0}>
            {band.panels.map((panel) => (
              <PanelView key={panel.key} panel={panel} height={band.height} frame={view.frame} />
            ))}
          </Box>
        ))}
      </Box>
      <Line parts={view.foot} />
      <Line parts={hintParts(props.hints)} />
      {props.children}
    </Box>
  );
}

/** A line of two ends, of which one is cut where there is no room for both. */
function EndsLine(props: {
  readonly ends: ScreenView['header'];
  readonly cut: 'left' | 'right';
}): ReactElement {
  const { ends, cut } = props;
  return (
    <Box height={1} flexShrink={0} paddingX={1} gap={2} justifyContent="space-between">
      <Box flexShrink={cut === 'left' ? 1 : 0}>
        <Parts parts={ends.left} />
      </Box>
      <Box flexShrink={cut === 'right' ? 1 : 0}>
        <Parts parts={ends.right} />
      </Box>
    </Box>
  );
}

function Line({ parts }: { readonly parts: readonly Part[] }): ReactElement {
  return (
    <Box height={1} flexShrink={0} paddingX={1}>
      <Parts parts={parts} />
    </Box>
  );
}

function hintParts(hints: readonly KeyHint[]): readonly Part[] {
  return hints.flatMap(({ keys, label }, index) => [
    { text: `${index === 0 ? '' : '  '}${keys}`, tone: 'strong' as const },
    { text: ` ${label}`, tone: 'muted' as const },
  ]);
}
