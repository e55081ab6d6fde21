import type { ReactElement } from 'react';
import { selectHistoryView } from '../../monitor/views/select-history-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** All runs, to open one. */
export function History({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectHistoryView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
