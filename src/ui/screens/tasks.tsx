import type { ReactElement } from 'react';
import { selectTaskView } from '../../monitor/views/select-task-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** All tasks of the run, and one in full. */
export function Tasks({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectTaskView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
