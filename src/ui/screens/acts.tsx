import type { ReactElement } from 'react';
import { selectActView } from '../../monitor/views/select-act-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** What was done to the run, and by whom. */
export function Acts({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectActView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
