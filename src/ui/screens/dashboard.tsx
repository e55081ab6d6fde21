import type { ReactElement } from 'react';
import { selectDashboard } from '../../monitor/views/select-dashboard.ts';
import { ScreenFrameView } from '../components/screen-frame.tsx';
import type { ScreenProps } from './screen-props.ts';

/** The first screen: how the run is, in one look. */
export function Dashboard({ context, hints }: ScreenProps): ReactElement {
  return (
    <ScreenFrameView
      view={selectDashboard(context)}
      hints={hints}
      columns={context.columns}
      rows={context.rows}
    />
  );
}
