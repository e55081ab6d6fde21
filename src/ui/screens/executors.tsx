import type { ReactElement } from 'react';
import { selectExecutorView } from '../../monitor/views/select-executor-view.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** The processes of the run: load, threads, tasks, log. */
export function Executors({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectExecutorView(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
