import type { ReactElement } from 'react';
import { selectStuckView } from '../../monitor/views/select-stuck-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** What is held to be stuck, and where it stands. */
export function Stuck({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectStuckView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
